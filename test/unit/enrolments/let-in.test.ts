import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { revokeDevice } from "#shared/client/device/revoke.ts";
import {
  type AskingMeans,
  giveUpAsking,
  isAnswered,
  NotLetIn,
  takeAnswer,
  waitToBeLetIn,
} from "#shared/client/enrolment/ask.ts";
import { type LettingMeans, listNewcomers, turnAway } from "#shared/client/enrolment/let-in.ts";
import { unlockByKept } from "#shared/client/keyring.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { signDenial } from "#shared/crypto/enrolment/answer.ts";
import { newId } from "#shared/ids.ts";
import { EnrolmentWorld } from "#test/support/enrolment-world.ts";
import type { Someone } from "#test/support/group-world.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const code = (value: string) => expect.objectContaining({ code: value });
const why = (value: string) => expect.objectContaining({ name: "NotLetIn", why: value });

describe("a device that is let in", () => {
  let world: EnrolmentWorld;
  let person: Someone;
  let old: LettingMeans;
  let fresh: AskingMeans;
  beforeEach(async () => {
    world = new EnrolmentWorld();
    person = await world.owner("ours");
    old = await world.openDevice(person);
    fresh = world.lockedDevice(person);
  });

  const revoking = () => {
    const { account } = person;
    return { keyring: world.keyringOf(account.uid), account, database: makeMemoryDatabase(), folder: "" };
  };

  it("opens the account as by a passphrase, once its six words were typed into the old one", async () => {
    const { asking, words } = await world.ask(fresh);
    expect(asking.words).toHaveLength(6);
    expect(await isAnswered(fresh, asking)).toBe(false);
    const [newcomer] = await listNewcomers(old);
    expect(newcomer).toMatchObject({ name: "New laptop", expiresAt: "2030-01-01T00:10:00.000Z" });
    world.mail.letters.length = 0;
    await world.letIn(old, words.toUpperCase());
    expect(await isAnswered(fresh, asking)).toBe(true);
    const device = { deviceId: newId("device", world.clock), deviceKey: new Uint8Array(32).fill(4) };
    const keepFor = { ...device, slotId: newId("slot", world.clock) };
    const { account, pin, kept } = await takeAnswer(fresh, asking, { keepFor });
    expect(account.root).toEqual(person.account.root);
    expect(account.bundleHash).toEqual(person.account.bundleHash);
    const { keyring, database, folder } = fresh;
    const served = await keyring.getKeyring({});
    const again = unlockByKept(served, account, { slot: kept ?? expect.unreachable(), device }, pin);
    expect(again.account.identity).toEqual(person.account.identity);
    const devices = world.keyringOf(account.uid);
    await enrolDevice({ account, database, folder, keyring: devices, name: "New laptop", now: world.clock });
    expect((await devices.listDevices({})).items.map(({ name }) => name).toSorted()).toEqual([
      "New laptop",
      "Old laptop",
    ]);
  });

  it("is told to the person by a letter that names it and says none of its words", async () => {
    const { words } = await world.ask(fresh, "Firefox <on> Linux");
    world.mail.letters.length = 0;
    await world.letIn(old, words);
    const [letter, ...more] = world.mail.letters;
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ to: "owner@ours.example", subject: "A device was let in to your vault" });
    expect(letter?.text).toContain("Firefox <on> Linux");
    expect(letter?.html).toContain("Firefox &lt;on&gt; Linux");
    for (const word of words.split(" ")) expect(letter?.text.split(/\W+/)).not.toContain(word);
  });

  it("is not let in where no letter can go out", async () => {
    const { asking, words } = await world.ask(fresh);
    world.mail.send = async () => Promise.reject(new Error("no post"));
    await expect(world.letIn(old, words)).rejects.toThrow();
    expect(await isAnswered(fresh, asking)).toBe(false);
  });

  it("is not let in by other words than its own; nothing is sent, and it can be tried again", async () => {
    const { asking, words } = await world.ask(fresh);
    const other = await world.ask(world.lockedDevice(person), "Another");
    const [first = "", ...rest] = words.split(" ");
    for (const wrong of ["", words.replace(first, "zebra"), rest.join(" ")])
      await expect(world.letIn(old, wrong)).rejects.toMatchObject({ name: "WordsDiffer" });
    expect(await isAnswered(fresh, asking)).toBe(false);
    expect((await world.letIn(old, other.words)).name).toBe("Another");
    expect(await isAnswered(fresh, asking)).toBe(false);
    await world.letIn(old, words);
  });

  it("takes the answer once: of two at the same moment one has it, and then nobody reads it any more", async () => {
    const { asking, words } = await world.ask(fresh);
    await world.letIn(old, words);
    expect(world.keptTexts().filter((text) => text.includes('"sealed"'))).toHaveLength(1);
    const takes = await Promise.allSettled([1, 2, 3].map(() => takeAnswer(fresh, asking)));
    expect(takes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = takes.flatMap((take) => (take.status === "rejected" ? [take.reason.why] : []));
    expect(refused).toEqual(["taken", "taken"]);
    await expect(takeAnswer(fresh, asking)).rejects.toThrow(why("taken"));
    await expect(isAnswered(fresh, asking)).rejects.toThrow(why("taken"));
    expect(world.keptTexts().filter((text) => text.includes('"sealed"'))).toEqual([]);
  });

  it("has ten minutes, also to take what was answered", async () => {
    const one = await world.ask(fresh);
    world.turn(10 * MINUTE_MS - 1);
    await world.letIn(old, one.words);
    world.turn(1);
    await expect(isAnswered(fresh, one.asking)).rejects.toThrow(why("expired"));
    await expect(takeAnswer(fresh, one.asking)).rejects.toThrow(why("expired"));
    const two = await world.ask(fresh);
    const seen = await listNewcomers(old);
    world.turn(10 * MINUTE_MS);
    expect(await listNewcomers(old)).toEqual([]);
    const [late = expect.unreachable()] = seen;
    await expect(turnAway(old, late)).rejects.toThrow(code("enrolment.expired"));
    const lying = {
      ...fresh.api,
      get: async () => ({ id: two.asking.request.enrolmentId, state: "pending", askedAt: "", expiresAt: "" }),
    };
    await expect(isAnswered({ ...fresh, api: lying as never }, two.asking)).rejects.toThrow(why("expired"));
  });

  it("is turned away by a device that is open, and hears of it", async () => {
    const { asking, words } = await world.ask(fresh);
    const [newcomer = expect.unreachable()] = await listNewcomers(old);
    await turnAway(old, newcomer);
    await expect(isAnswered(fresh, asking)).rejects.toThrow(why("denied"));
    expect(await listNewcomers(old)).toEqual([]);
    await expect(world.letIn(old, words)).rejects.toMatchObject({ name: "WordsDiffer" });
    await expect(turnAway(old, newcomer)).rejects.toThrow(code("enrolment.settled"));
  });

  it("takes its request back, answered or not, and what was sealed goes with it", async () => {
    const one = await world.ask(fresh);
    await giveUpAsking(fresh, one.asking);
    await giveUpAsking(fresh, one.asking);
    await expect(isAnswered(fresh, one.asking)).rejects.toThrow(why("cancelled"));
    const two = await world.ask(fresh);
    await world.letIn(old, two.words);
    await giveUpAsking(fresh, two.asking);
    await expect(takeAnswer(fresh, two.asking)).rejects.toThrow(NotLetIn);
    expect(world.keptTexts().filter((text) => text.includes('"sealed"'))).toEqual([]);
  });

  it("waits, looking again, until it is in", async () => {
    const { asking, words } = await world.ask(fresh);
    let looks = 0;
    const sleep = async () => {
      looks++;
      if (looks === 3) await world.letIn(old, words);
    };
    const { account } = await waitToBeLetIn(fresh, asking, { sleep });
    expect([looks, account.uid]).toEqual([3, person.account.uid]);
  });

  it("waits past a connection or service that fails, until its time is over", async () => {
    const { asking } = await world.ask(fresh);
    let fails = 0;
    const get = async () => {
      const problem = { type: "", title: "", status: 500, code: "internal", request_id: "", fix: "" } as const;
      if (++fails === 1) throw new ApiError("internal", "it failed", { problem });
      throw new ApiError(fails === 2 ? "reply" : "network", "nothing answers");
    };
    const lost = { ...fresh, api: { ...fresh.api, get } };
    const waiting = waitToBeLetIn(lost, asking, { sleep: async () => world.turn(4 * MINUTE_MS) });
    await expect(waiting).rejects.toThrow(why("expired"));
    expect(fails).toBe(4);
    const refused = { ...fresh.api, get: async () => Promise.reject(new ApiError("session.ended", "over")) };
    const ended = waitToBeLetIn({ ...fresh, api: refused }, asking, { sleep: async () => undefined });
    await expect(ended).rejects.toThrow(code("session.ended"));
  });

  it("B20 is not let in by a device that was taken back, by one that is locked, or by a sign-in alone", async () => {
    const { asking, words } = await world.ask(fresh);
    const other = await world.openDevice(person);
    await revokeDevice(revoking(), old.device.id);
    await expect(world.letIn(old, words)).rejects.toThrow(code("device.revoked"));
    const [newcomer = expect.unreachable()] = await listNewcomers(old);
    await expect(turnAway(old, newcomer)).rejects.toThrow(code("device.revoked"));
    const { id: enrolmentId } = newcomer;
    const keyless = { enrolmentId, deviceId: other.device.id };
    const named = signDenial(newcomer.request, old.device.keys.sign.secretKey);
    for (const proof of [named, new Uint8Array(64), new Uint8Array(0)]) {
      const denial = other.api.deny({ ...keyless, proof: encodeBase64url(proof) });
      await expect(denial).rejects.toThrow(code("enrolment.answer_wrong"));
    }
    for (const sealed of ["", "AAAA", encodeBase64url(new Uint8Array(1500))])
      await expect(other.api.letIn({ ...keyless, sealed })).rejects.toThrow(code("enrolment.answer_wrong"));
    const nobodys = { enrolmentId, deviceId: newId("device", world.clock), sealed: "AAAA" };
    await expect(other.api.letIn(nobodys)).rejects.toThrow(code("device.not_found"));
    expect(await isAnswered(fresh, asking)).toBe(false);
    await world.letIn(other, words);
    expect(await isAnswered(fresh, asking)).toBe(true);
  });

  it("is answered once", async () => {
    const { words } = await world.ask(fresh);
    const [newcomer = expect.unreachable()] = await listNewcomers(old);
    const both = await Promise.allSettled([1, 2].map(() => world.letIn(old, words)));
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(turnAway(old, newcomer)).rejects.toThrow(code("enrolment.settled"));
  });

  /** The letter goes out between what was looked at and what is written. */
  const meanwhile = (happens: () => Promise<unknown>) => {
    const send = world.mail.send.bind(world.mail);
    world.mail.send = async () => {
      world.mail.send = send;
      await happens();
    };
  };

  it.each([
    ["taken back", "device.revoked", () => revokeDevice(revoking(), old.device.id)],
    ["locked out by a change of all keys", "enrolment.stale", () => world.rotate(person)],
    ["late", "enrolment.settled", async () => world.turn(10 * MINUTE_MS)],
  ] as const)("D08 B20 is not let in by a device that is %s at that very moment", async (_, refusal, happens) => {
    const { asking, words } = await world.ask(fresh);
    meanwhile(happens);
    await expect(world.letIn(old, words)).rejects.toThrow(code(refusal));
    await expect(fresh.api.take(asking.request)).rejects.toThrow();
  });

  it("D08 has to ask again when the keys were changed meanwhile", async () => {
    const { asking, words } = await world.ask(fresh);
    const { account } = await world.rotate(person);
    await expect(world.letIn(old, words)).rejects.toThrow(code("enrolment.stale"));
    await expect(isAnswered(fresh, asking)).rejects.toThrow(code("enrolment.stale")); // it does not wait for its ten minutes
    const renewed = await world.openDevice(person, account);
    expect(await listNewcomers(renewed)).toEqual([]);
    const again = await world.ask(fresh);
    await world.letIn(renewed, again.words);
    expect((await takeAnswer(fresh, again.asking)).account.root.urkGen).toBe(2);
  });

  it("D08 what was answered before a change of all keys cannot be taken after it", async () => {
    const { asking, words } = await world.ask(fresh);
    await world.letIn(old, words);
    await world.rotate(person);
    await expect(takeAnswer(fresh, asking)).rejects.toThrow(code("enrolment.stale"));
  });
});
