import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sealedOutbox } from "#shared/channel/delivery/outbox.ts";
import { DELIVERY_MS, makeMemoryInbox, makeMemoryOutbox } from "#shared/channel/delivery/stores.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import { newId, timeOf } from "#shared/ids.ts";
import { SELDOM_MS, seldom } from "#test/support/runs.ts";
import { carried, chatSend, type Fate, makeParties, startWorld } from "./world.ts";

const parties = makeParties(Date.UTC(2026, 10, 23, 12));

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("say" as const), from: fc.constantFrom("agent", "device") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("killAgent", "killDevice", "cutDevice") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
);

describe("exactly once", () => {
  it(
    "C07 through kills at either end, cuts, loss, repetition and any order: 0 lost, 0 doubled",
    async () => {
      const numRuns = seldom(90);
      let promised = 0;
      const scenario = fc.record({
        steps: fc.array(step, { minLength: 10, maxLength: 60 }),
        fates: fc.infiniteStream(fc.nat(999)),
      });
      await fc.assert(
        fc.asyncProperty(scenario, async ({ steps, fates }) => {
          const next = () => fates.next().value ?? 0;
          const rough: Fate = () => {
            if (next() < 150) return [];
            const delay = 5 + (next() % 80);
            return next() < 100 ? [delay, delay + (next() % 400)] : [delay];
          };
          const world = startWorld({ fate: rough, parties });
          const kept = { agent: [] as string[], device: [] as string[] }; // promised to arrive at that end
          const tried = { agent: [] as string[], device: [] as string[] };
          for (const one of steps) {
            if (one.do === "wait") await world.clock.advance("ms" in one ? one.ms : 0);
            else if (one.do === "say")
              say(world, "from" in one && one.from === "agent" ? "device" : "agent", kept, tried);
            else world[one.do]();
            await world.clock.advance(1);
          }
          world.fate = carried;
          await world.clock.advance(6 * 60_000); // a device that says nothing asks after its agent every four minutes
          expect(await world.waiting()).toBe(0);
          for (const end of ["agent", "device"] as const) {
            const { length } = world.journal[end];
            expect(new Set(world.journal[end]).size).toBe(length); // none doubled
            expect(world.journal[end]).toEqual(expect.arrayContaining(kept[end])); // none lost
            expect(tried[end]).toEqual(expect.arrayContaining(world.journal[end])); // none invented
            const handedOn = (end === "agent" ? world.toAgent : world.toDevice).map(
              (one) => "msgId" in one && one.msgId,
            );
            expect(new Set(handedOn).size).toBe(handedOn.length);
            promised += kept[end].length;
          }
        }),
        { numRuns },
      );
      console.info(`${promised} messages promised, all arrived once`);
      expect(promised).toBeGreaterThan(4 * numRuns);
    },
    SELDOM_MS,
  );

  it("refuses a message that waited for more than a day, and says so to its sender", async () => {
    const world = startWorld({ parties, connect: false });
    const old = chatSend(world, "yesterday");
    void world.device().send(old);
    await world.clock.advance(DELIVERY_MS + 1);
    world.device().connected();
    await world.clock.advance(1_000);
    expect([world.toAgent, world.undelivered]).toEqual([[], [old.msgId]]);
  });

  it("does not call too old what it has: a message of which the acknowledgement was lost, after a day and many others", async () => {
    const world = startWorld({ parties });
    await world.clock.advance(1_000);
    const old = chatSend(world, "yesterday");
    world.fate = (_text, to) => (to === "device" ? [] : [10]); // it arrives, and nobody hears that it did
    void world.device().send(old);
    await world.clock.advance(1_000);
    expect(world.journal.agent).toEqual([old.msgId]);
    world.device().disconnected();
    for (let i = 0; i < 70; i++)
      await world.inboxes.agent.record(newId("message", new Date(world.clock.now() + i)), new Uint8Array(0));
    await world.clock.advance(DELIVERY_MS + 60_000);
    world.fate = carried;
    world.device().connected();
    await world.clock.advance(60_000);
    expect([world.undelivered, await world.waiting()]).toEqual([[], 0]);
    expect(world.journal.agent.filter((id) => id === old.msgId)).toHaveLength(1);
  });
});

function say(
  world: ReturnType<typeof startWorld>,
  to: "agent" | "device",
  kept: Record<string, string[]>,
  tried: Record<string, string[]>,
) {
  const message = chatSend(world, "x".repeat(world.texts.length % 40_000));
  tried[to]?.push(message.msgId);
  const { conversationId, msgId } = message;
  const approval = {
    type: "approval.requested",
    msgId,
    conversationId,
    approvalId: "a",
    toolCallId: "t",
    toolName: "n",
  } as const;
  const rest = { title: "", description: "", expiresAt: 0 };
  const sending =
    to === "agent"
      ? world.device().send(message)
      : world.agent().send(world.parties.deviceId, { ...approval, ...rest });
  sending.then(
    () => kept[to]?.push(msgId),
    () => undefined,
  );
}

describe("stores", () => {
  it("remember an id for a day at least, whatever its own clock said", async () => {
    let now = Date.UTC(2026, 0, 1);
    const inbox = makeMemoryInbox(() => now);
    const [id, ahead] = [newId("message", new Date(now)), newId("message", new Date(now + DELIVERY_MS))];
    const body = new Uint8Array(1);
    expect([await inbox.record(id, body), await inbox.record(ahead, body)]).toEqual([true, true]);
    now += DELIVERY_MS;
    expect([await inbox.record(id, body), await inbox.listRecent(9)]).toEqual([false, [id, ahead]]);
    now += DELIVERY_MS;
    expect(await inbox.record(ahead, body)).toBe(false);
    expect(await inbox.listRecent(9)).toEqual([ahead]);
  });

  it("keep messages sealed, and open them only in their place", async () => {
    const store = makeMemoryOutbox();
    const key = makeKey();
    const place = { role: "device", agentId: parties.agentId, deviceId: parties.deviceId } as const;
    const lost: string[] = [];
    const onUnreadable = (one: string) => void lost.push(one);
    const outbox = sealedOutbox({ store, key, place, onUnreadable });
    const since = timeOf(parties.deviceId).getTime();
    const [id, other, early] = [1, 1, -1].map((ms) => newId("message", new Date(since + ms)));
    if (!id || !other || !early) throw new Error("three ids");
    const message = makeBytes(100);
    await outbox.put(id, message);
    expect(await outbox.list()).toEqual([{ id, message }]);
    const [row] = await store.list();
    expect(Buffer.from(row?.sealed ?? []).includes(Buffer.from(message))).toBe(false);
    const elsewhere = [
      sealedOutbox({ store, key, place: { ...place, role: "agent" }, onUnreadable }),
      sealedOutbox({ store, key, place: { ...place, deviceId: newId("device", new Date(since)) }, onUnreadable }),
      sealedOutbox({ store, key: asKey(makeBytes(32)), place, onUnreadable }),
    ];
    for (const wrong of elsewhere) expect(await wrong.list()).toEqual([]);
    await store.put(other, row?.sealed ?? message);
    expect(await outbox.list()).toEqual([{ id, message }]);
    expect([lost, (await store.list()).length]).toEqual([[], 2]); // newer than these keys: another page's, which has newer ones
    await store.put(early, row?.sealed ?? message);
    expect(await outbox.list()).toEqual([{ id, message }]);
    expect([lost, (await store.list()).map((one) => one.id)]).toEqual([[early], [id, other]]);
  });
});
