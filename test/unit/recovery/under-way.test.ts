import { beforeEach, describe, expect, it, vi } from "vitest";
import { dismissContacts } from "#shared/client/recovery/contacts-set.ts";
import { endRecovery } from "#shared/client/recovery/own-recovery.ts";
import { signed } from "#shared/client/signed-write.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { signRecoveryEnd } from "#shared/crypto/recovery/recovery-end.ts";
import { newId } from "#shared/ids.ts";
import { type Friend, idOfFriend, RecoveryWorld } from "#test/support/recovery-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const code = (value: string) => expect.objectContaining({ code: value });

describe("a recovery under way", () => {
  let world: RecoveryWorld;
  let owner: Friend;
  let friends: readonly Friend[];
  beforeEach(async () => {
    ({ world, owner, friends } = await RecoveryWorld.ofThree());
  });
  const begin = () => world.ask(world.freshBrowser(owner));
  const [NEVER, first] = [newId("recovery", new Date(0)), () => friends[0] ?? expect.unreachable()];

  it("is told to its owner before it begins: a letter that says neither who nor what", async () => {
    world.mail.letters.length = 0;
    const { words } = await begin();
    const [letter] = world.mail.letters;
    expect(letter?.to).toBe("owner@ours.example");
    expect(letter?.text).toContain("Nothing can be collected before 2030-01-03 00:00 UTC");
    expect(letter?.text).not.toContain(words);
    for (const friend of friends) expect(letter?.text).not.toContain(idOfFriend(friend));
    const [shown] = (await owner.recovery.list({})).items;
    expect(shown).toMatchObject({ startedAt: "2030-01-01T00:00:00.000Z", released: [] });
    world.mail.send = async () => Promise.reject(new Error("no post"));
    await expect(begin()).rejects.toThrow();
    expect((await owner.recovery.list({})).items).toHaveLength(1);
  });

  it("hands out nothing before its time, and who gave is seen at once", async () => {
    const { asking, words } = await begin();
    for (const friend of friends) await world.give(friend, words);
    world.turn(2 * DAY_MS - 1);
    const early = await owner.recovery.collect({ recoveryId: asking.recoveryId });
    expect(early).toMatchObject({ releases: [], recovery: { released: friends.map(idOfFriend).toSorted() } });
    world.turn(1);
    expect((await owner.recovery.collect({ recoveryId: asking.recoveryId })).releases).toHaveLength(3);
    world.turn(14 * DAY_MS);
    await expect(owner.recovery.collect({ recoveryId: asking.recoveryId })).rejects.toThrow(code("recovery.not_found"));
  });

  it("is cancelled by any device whose vault is open, and by nobody who is only signed in", async () => {
    const { asking, words } = await begin();
    const { recoveryId } = asking;
    const { tid, uid, identity } = owner.account;
    const anotherSession = world.apiOf(owner);
    const forged = [
      signRecoveryEnd({ tid, uid, recoveryId, how: "cancelled" }, first().account.identity.sign.secretKey),
      signRecoveryEnd({ tid, uid, recoveryId, how: "recovered" }, identity.sign.secretKey),
      signRecoveryEnd({ tid, uid, recoveryId: NEVER, how: "cancelled" }, identity.sign.secretKey),
      new Uint8Array(64),
      new Uint8Array(0),
    ];
    for (const proof of forged) {
      const ending = anotherSession.end({ recoveryId, how: "cancelled", proof: encodeBase64url(proof) });
      await expect(ending).rejects.toThrow(code("recovery.proof_wrong"));
    }
    await world.give(first(), words);
    await endRecovery(anotherSession, owner.account, recoveryId, "cancelled");
    expect((await owner.recovery.list({})).items).toEqual([]);
    await expect(owner.recovery.collect({ recoveryId })).rejects.toThrow(code("recovery.not_found"));
    await expect(world.give(friends[1] ?? first(), words)).rejects.toMatchObject({ name: "WordsDiffer" });
    const again = endRecovery(anotherSession, owner.account, recoveryId, "cancelled");
    await expect(again).rejects.toThrow(code("recovery.not_found"));
    expect(world.keptTexts().filter((text) => text.includes('"release"'))).toEqual([]);
  });

  it("takes each contact's share once; of an end and a gift at the same moment, what is over gets nothing", async () => {
    const { asking, words } = await begin();
    const { recoveryId } = asking;
    const gifts = await Promise.allSettled([1, 2, 3].map(() => world.give(first(), words)));
    expect(gifts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const codes = gifts.flatMap((gift) => (gift.status === "rejected" ? [gift.reason.code] : []));
    expect(codes).toEqual(["recovery.released", "recovery.released"]);
    const ends = await Promise.allSettled(
      [1, 2].map(() => endRecovery(owner.recovery, owner.account, recoveryId, "cancelled")),
    );
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const bundleHash = encodeBase64url(new Uint8Array(32));
    const late = { ownerId: idOfFriend(owner), recoveryId, bundleHash, release: "AAAA" };
    await expect(first().recovery.release(late)).rejects.toThrow(code("recovery.not_found"));
  });

  it("D09 a hundred starts at once hold up nobody: the owner asks, is heard by the contacts, and cancels the others", async () => {
    await world.ask(world.freshBrowser(owner));
    const thieves = Array.from({ length: 20 }, () => world.apiOf(owner));
    const setId = (await owner.recovery.getSet({})).set?.setId ?? expect.unreachable();
    const ephemeralKey = encodeBase64url(makeKemKeys().publicKey);
    const starts = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => thieves[i % 20]?.start({ setId, ephemeralKey })),
    );
    world.turn(1);
    expect(starts.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
    const { asking, words } = await begin();
    for (const friend of friends.slice(0, 2)) await world.give(friend, words);
    world.turn(2 * DAY_MS);
    expect((await owner.recovery.collect({ recoveryId: asking.recoveryId })).releases).toHaveLength(2);
    const { items, more } = await owner.recovery.list({});
    expect([items.length, more, items[0]?.id]).toEqual([20, true, asking.recoveryId]);
    for (const { id } of items.slice(1)) await endRecovery(owner.recovery, owner.account, id, "cancelled");
    const letters = world.mail.letters.filter(({ subject }) => subject.includes("recovery of your vault"));
    expect(letters.length).toBeGreaterThan(0);
    expect(letters.length).toBeLessThanOrEqual(3);
  });

  it("is started five times an hour by one session, which takes nothing from another", async () => {
    const browser = world.freshBrowser(owner);
    for (let i = 0; i < 5; i++) await world.ask(browser);
    await expect(world.ask(browser)).rejects.toThrow(code("request.too_many"));
    await begin();
    world.turn(HOUR_MS);
    await world.ask(browser);
  });

  it("is given to ten times a day by one contact", async () => {
    const many = await Promise.all([1, 2, 3].map(() => world.freshBrowser(owner)));
    const asked = await Promise.all(
      Array.from({ length: 11 }, (_, i) => world.ask(many[i % 3] ?? expect.unreachable())),
    );
    for (const { words } of asked.slice(0, 10)) await world.give(first(), words);
    await expect(world.give(first(), asked[10]?.words ?? "")).rejects.toThrow(code("request.too_many"));
    world.turn(DAY_MS);
    await world.give(first(), asked[10]?.words ?? "");
  });

  it("is nobody else's: no colleague sees, collects or ends it, and none but a contact gives to it", async () => {
    const { asking } = await begin();
    const { recoveryId } = asking;
    const [one] = friends;
    const outsider = await world.friend(owner, "outsider");
    const end = { recoveryId, how: "cancelled", proof: "AAAA" } as const;
    for (const other of [one ?? outsider, outsider]) {
      expect((await other.recovery.list({})).items).toEqual([]);
      await expect(other.recovery.collect({ recoveryId })).rejects.toThrow(code("recovery.not_found"));
      await expect(other.recovery.end(end)).rejects.toThrow(code("recovery.not_found"));
    }
    const bundleHash = encodeBase64url(outsider.account.bundleHash);
    const gift = { ownerId: idOfFriend(owner), recoveryId, bundleHash, release: "AAAA" };
    await expect(outsider.recovery.release(gift)).rejects.toThrow(code("recovery.not_held"));
    expect((await outsider.recovery.listHeld({})).items).toEqual([]);
  });

  it("leaves a line in the log for each step, which says no more than who", async () => {
    const { asking, words } = await begin();
    await world.give(first(), words);
    await endRecovery(owner.recovery, owner.account, asking.recoveryId, "recovered");
    const events = world.auditEvents().filter((event) => String(event).startsWith("recovery."));
    expect(events).toEqual(["recovery.set_put", "recovery.started", "recovery.released", "recovery.ended"]);
    const lines = world.keptTexts().filter((text) => text.includes('"recovery.'));
    for (const line of lines) expect(line.length).toBeLessThan(400);
  });
});

/** The keyring has been changed `slotSeq` - 1 times. */
const putBy = ({ recovery, account }: Friend, body: Parameters<typeof signed<Unsigned>>[2], slotSeq = 1) =>
  recovery.putSet(signed(account, { what: "recovery.put", seq: slotSeq }, body));
type Unsigned = Omit<Parameters<Friend["recovery"]["putSet"]>[0], "signed">;

describe("a set of contacts", () => {
  let world: RecoveryWorld;
  let owner: Friend;
  let friends: Friend[];
  beforeEach(async () => {
    world = new RecoveryWorld();
    ({ owner, friends } = await world.circle(3));
  });
  const bodyOf = (contacts: readonly Friend[], more: object = {}) => ({
    ...{
      setId: newId("shareSet", world.clock),
      slotId: newId("slot", world.clock),
      threshold: 2,
      replaces: null,
      commit: "AAAA",
    },
    ...{ ownerFingerprint: "AAAA", bundleHash: "AAAA" },
    shares: contacts.map((friend) => ({ contactId: idOfFriend(friend), sealedTo: "AAAA", share: "AAAA" })),
    ...more,
  });

  it("is refused with oneself in it, somebody twice, a stranger, or fewer than three, and without a slot it could open", async () => {
    const [a, b, c] = friends as [Friend, Friend, Friend]; // three were made
    const elsewhere = await new RecoveryWorld().circle(3);
    const stranger = { ...c, account: { ...c.account, uid: newId("user", world.clock) } };
    for (const contacts of [
      [a, b, owner],
      [a, b, b],
      [a, b, stranger],
      [a, b, elsewhere.owner],
    ])
      await expect(putBy(owner, bodyOf(contacts))).rejects.toThrow(code("recovery.set_wrong"));
    await expect(putBy(owner, bodyOf([a, b, c], { threshold: 4 }))).rejects.toThrow(code("recovery.set_wrong"));
    for (const wrong of [bodyOf([a, b]), bodyOf([a, b, c], { threshold: 1 })])
      await expect(putBy(owner, wrong)).rejects.toThrow(code("request.invalid"));
    await expect(putBy(owner, bodyOf([a, b, c]))).rejects.toThrow(code("recovery.set_dead"));
    expect(world.keptTexts().filter((text) => /"sk":"(HELD|SHARES)#/.test(text))).toEqual([]);
  });

  it("is replaced by one change of two at once, and never half", async () => {
    await world.choose(owner, friends, 2);
    const { set } = await owner.recovery.getSet({});
    const { isAlive: _, createdAt: __, sealedTo: ___, contacts, ...body } = set ?? expect.unreachable();
    const again = {
      ...body,
      replaces: body.setId,
      shares: contacts.map((contactId) => ({ contactId, sealedTo: "AAAA", share: "BBBB" })),
    };
    const other = { ...again, replaces: newId("shareSet", world.clock) };
    await expect(putBy(owner, other, 2)).rejects.toThrow(code("recovery.set_changed"));
    await expect(putBy(owner, { ...again, replaces: null }, 2)).rejects.toThrow(code("recovery.set_changed"));
    const [held] = (await (friends[0] ?? owner).recovery.listHeld({})).items;
    expect(held?.share).not.toBe("BBBB");
  });

  it("is dismissed with its slot: nobody holds a share, nothing can be asked for", async () => {
    const { setId } = await world.choose(owner, friends, 2);
    await dismissContacts(await world.ownerMeans(owner), setId, "a passphrase");
    expect((await owner.recovery.getSet({})).set).toBeNull();
    for (const friend of friends) expect((await friend.recovery.listHeld({})).items).toEqual([]);
    expect((await world.keyringOf(idOfFriend(owner)).getKeyring({})).slots.map(({ type }) => type)).toEqual([
      "passphrase",
      "bip39",
    ]);
    const ephemeralKey = encodeBase64url(new Uint8Array(1216));
    await expect(owner.recovery.start({ setId, ephemeralKey })).rejects.toThrow(code("recovery.no_set"));
    await expect(owner.recovery.removeSet({ setId, signed: "AAAA" })).rejects.toThrow(code("recovery.no_set"));
  });
});
