import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { sealedOutbox } from "#shared/channel/delivery/outbox.ts";
import { makeMemoryOutbox } from "#shared/channel/delivery/stores.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { outboxKeyOf } from "#shared/client/link/leaving.ts";
import { type Id, newId } from "#shared/ids.ts";
import { LinkWorld } from "#test/support/link-world.ts";
import { until } from "#test/support/until.ts";

const now = new Date();

describe("what waits on a device whose keys are changed", () => {
  let world: LinkWorld;
  let before: Account;

  beforeAll(async () => {
    world = await LinkWorld.make();
    const { tid, uid } = world.account;
    ({ account: before } = await makeKeyring({ tid, uid }, "an earlier passphrase of words", { deriveArgon2id, now }));
  });
  beforeEach(() => world.reset());
  afterEach(() => world.link?.close());

  /** Kept here by an earlier visit, under other keys or as another device. */
  async function waits({ account = world.account, deviceId = world.deviceId } = {}): Promise<Id<"message">> {
    const place = { role: "device", agentId: world.agentId, deviceId } as const;
    const message = { ...world.chat("said before"), msgId: newId("message", new Date(now.getTime() - 60_000)) };
    const bytes = new TextEncoder().encode(JSON.stringify(message));
    await sealedOutbox({ store: world.outbox, key: outboxKeyOf(account), place, onUnreadable: () => undefined }).put(
      message.msgId,
      bytes,
    );
    return message.msgId;
  }

  it.each(["running", "stopped"] as const)(
    "is said not to have been sent, and an agent that is %s is reached",
    async (state) => {
      const platform = world.platform("locked");
      const lost = await waits({ account: before });
      const stale = await waits({ deviceId: newId("device", now) });
      const good = await waits();
      if (state === "stopped") platform.agent = { ...platform.agent, state };
      world.open(platform);
      if (state === "running") await world.isOpen();
      await until(() => expect([...platform.queued, ...platform.heard]).toHaveLength(1));
      expect(state === "running" ? platform.heard : platform.queued).toMatchObject([
        state === "running" ? { msgId: good } : good,
      ]);
      await until(async () => expect(await world.outbox.list()).toEqual([]));
      expect(new Map(world.undelivered)).toEqual(new Map([lost, stale].map((id) => [id, "unreadable"])));
      expect(world.states.filter((one) => one.startsWith("blocked"))).toEqual([]);
      expect(world.sessions).toBe(state === "running" ? 1 : 0);
    },
  );

  it("is left alone by an outbox that cannot read its disk", async () => {
    const store = makeMemoryOutbox();
    const place = { role: "device", agentId: world.agentId, deviceId: world.deviceId } as const;
    const broken = { ...store, list: () => Promise.reject(new Error("no disk")) };
    const list = sealedOutbox({
      store: broken,
      key: outboxKeyOf(world.account),
      place,
      onUnreadable: () => undefined,
    }).list();
    await expect(list).rejects.toThrow("no disk");
  });
});
