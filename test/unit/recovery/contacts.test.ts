import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeKeyring } from "#shared/client/keyring.ts";
import { collectShares, RecoveryFailed } from "#shared/client/recovery/collect-shares.ts";
import { CONTACTS, ContactUnverified, chooseContacts, dismissContacts } from "#shared/client/recovery/contacts-set.ts";
import { releaseShare } from "#shared/client/recovery/held-share.ts";
import {
  type AskingMeans,
  forgetAsking,
  progressOf,
  readAsking,
  wordsToRead,
} from "#shared/client/recovery/own-recovery.ts";
import { WordsDiffer } from "#shared/client/words-differ.ts";
import type { HeldShare } from "#shared/contracts/recovery.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { deriveKemKeys, makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { openShareFor } from "#shared/crypto/recovery/sealed-share.ts";
import { openShare } from "#shared/crypto/recovery/share.ts";
import { forgeRelease } from "#test/support/forge-share.ts";
import { type Friend, RecoveryWorld } from "#test/support/recovery-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const HOURS_MS = 3_600_000;
const code = (value: string) => expect.objectContaining({ code: value });

describe("recovery by contacts", () => {
  let world: RecoveryWorld;
  let owner: Friend;
  let friends: Friend[];
  let browser: AskingMeans;
  beforeEach(async () => {
    world = new RecoveryWorld();
    ({ owner, friends } = await world.circle());
    browser = world.freshBrowser(owner);
  });
  const friend = (at: number): Friend => friends[at] ?? expect.unreachable();
  const heldBy = async (one: Friend): Promise<HeldShare> =>
    (await one.recovery.listHeld({})).items[0] ?? expect.unreachable();
  const choose = () => world.choose(owner, friends.slice(0, CONTACTS.proposed), CONTACTS.enough);

  it("opens the vault on a browser that has never seen it, when three of five have given theirs and 48 hours are over", async () => {
    await choose();
    const { asking, words } = await world.ask(browser);
    for (const at of [0, 2, 4]) await world.give(friend(at), words);
    world.turn(47 * HOURS_MS);
    await expect(collectShares(browser, asking)).rejects.toThrow(RecoveryFailed);
    world.turn(HOURS_MS);
    const opened = await collectShares(browser, asking);
    expect(opened.refused).toEqual([]);
    expect(opened.account.root.rootSign.publicKey).toEqual(owner.account.root.rootSign.publicKey);
    expect(opened.account.identity).toEqual(owner.account.identity);
  });

  it("is kept by the browser that asks, so that the wait may be longer than a visit, and forgotten when it is over", async () => {
    await choose();
    const { asking, words } = await world.ask(browser);
    const back = (await readAsking(browser)) ?? expect.unreachable();
    expect(wordsToRead(back).join(" ")).toBe(words);
    for (const at of [1, 3, 4]) await world.give(friend(at), words);
    const [shown = expect.unreachable()] = (await browser.api.list({})).items;
    expect(progressOf(back, shown, world.now())).toEqual({ given: 3, needed: 3, isEnough: true, isTime: false });
    world.turn(48 * HOURS_MS);
    expect(progressOf(back, shown, world.now()).isTime).toBe(true);
    expect((await collectShares(browser, back)).account.uid).toBe(owner.account.uid);
    await forgetAsking(browser);
    expect(await readAsking(browser)).toBeUndefined();
    expect(asking).toEqual(back);
  });

  it("does not open by two shares: an error, and no key", async () => {
    await choose();
    const { asking, words } = await world.ask(browser);
    for (const at of [0, 1]) await world.give(friend(at), words);
    world.turn(48 * HOURS_MS);
    await expect(collectShares(browser, asking)).rejects.toMatchObject({ code: "crypto.shares_few", refused: [] });
  });

  it("D02 does not open with a forged share at x = 0, and names who gave it; with a third good one it opens and names them still", async () => {
    await choose();
    const { asking, words } = await world.ask(browser);
    for (const at of [0, 1]) await world.give(friend(at), words);
    const liar = friend(2);
    const key = owner.account.identity.sign.publicKey;
    await liar.recovery.release(forgeRelease(liar.account, await heldBy(liar), key));
    world.turn(48 * HOURS_MS);
    const refused = [{ contactId: liar.account.uid, why: "crypto.signature" }];
    await expect(collectShares(browser, asking)).rejects.toMatchObject({ code: "crypto.shares_few", refused });
    await world.give(friend(3), words);
    expect((await collectShares(browser, asking)).refused).toEqual(refused);
  });

  it("is chosen and dismissed although the service's word that it kept something is lost", async () => {
    const means = await world.ownerMeans(owner);
    const twice =
      <I, R>(ask: (input: I) => Promise<R>) =>
      async (input: I) => {
        await ask(input);
        return ask(input); // the client asks once more where there was no answer
      };
    const { putSet, removeSet } = means.api;
    const deaf = {
      ...{ ...means, api: { ...means.api, putSet: twice(putSet), removeSet: twice(removeSet) } },
      keyring: { ...means.keyring, changeKeyring: twice(means.keyring.changeKeyring) },
    };
    const contacts = friends.slice(0, CONTACTS.min).map(({ account }) => account.uid);
    const { setId } = await chooseContacts(deaf, { contacts, threshold: 3, passphrase: "a passphrase" });
    expect((await owner.recovery.getSet({})).set).toMatchObject({ setId, isAlive: true });
    await dismissContacts({ ...deaf, pin: means.pin }, setId, "a passphrase");
    expect((await owner.recovery.getSet({})).set).toBeNull();
  });

  it("hands nothing to somebody whose safety number was not compared", async () => {
    const stranger = await world.friend(owner, "stranger");
    const refusal = await world.choose(owner, [...friends.slice(0, 2), stranger]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ContactUnverified);
    expect(refusal).toMatchObject({ code: "crypto.context", person: stranger.account.uid });
    expect((await owner.recovery.getSet({})).set).toBeNull();
    const means = await world.ownerMeans(owner);
    const chosen = { contacts: friends.map(({ account }) => account.uid), threshold: 3, passphrase: "a passphrase" };
    const wrong = { ...means, deriveArgon2id: async () => new Uint8Array(32).fill(8) };
    await expect(chooseContacts(wrong, chosen)).rejects.toThrow(code("crypto.commitment"));
    expect((await owner.recovery.getSet({})).set).toBeNull();
  });

  it("D05 releases nothing for words that differ in one, nor for a recovery that the service itself began", async () => {
    await choose();
    const { words } = await world.ask(browser);
    const contact = friend(0);
    const held = await heldBy(contact);
    const released = vi.fn();
    const means = { ...world.contactMeans(contact), api: { release: released } };
    const other = words.replace(/^\w+/, words.startsWith("zoo ") ? "zone" : "zoo");
    for (const heard of [
      other,
      words.split(" ").slice(1).join(" "),
      `${words} zoo`,
      "",
      words.split(" ").toReversed().join(" "),
    ]) {
      await expect(releaseShare(means, held, heard), heard).rejects.toThrow(WordsDiffer);
    }
    const theirs = makeKemKeys();
    const invented = {
      ...(held.recoveries[0] ?? expect.unreachable()),
      ephemeralKey: encodeBase64url(theirs.publicKey),
    };
    const swapped = { ...held, recoveries: [invented] };
    await expect(releaseShare(means, swapped, words)).rejects.toThrow(WordsDiffer);
    const junk = { ...held, recoveries: [{ ...invented, ephemeralKey: "AAAA" }] };
    await expect(releaseShare(means, junk, words)).rejects.toThrow(WordsDiffer);
    expect(released).not.toHaveBeenCalled();
    await releaseShare(means, held, `  ${words.toUpperCase().replaceAll(" ", ", ")} `);
    expect(released).toHaveBeenCalledOnce();
  });

  it("D05 gives other words where the service shows the owner another set: the contacts' shares are of their own", async () => {
    await choose();
    const lying = { ...browser, api: { ...browser.api } };
    const { set } = await browser.api.getSet({});
    const other = { ...(set ?? expect.unreachable()), commit: encodeBase64url(new Uint8Array(32).fill(1)) };
    lying.api.getSet = async () => ({ set: other });
    const { words } = await world.ask(lying);
    await expect(world.give(friend(0), words)).rejects.toThrow(WordsDiffer);
  });

  it("releases to the one who was meant, though somebody else has asked as well", async () => {
    await choose();
    const thief = await world.ask(world.freshBrowser(owner));
    const { asking, words } = await world.ask(browser);
    for (const at of [0, 1, 2]) await world.give(friend(at), words);
    world.turn(48 * HOURS_MS);
    const { releases } = await owner.recovery.collect({ recoveryId: thief.asking.recoveryId });
    expect(releases).toEqual([]);
    expect((await collectShares(browser, asking)).account.uid).toBe(owner.account.uid);
  });

  it("refuses keys that the service made up in the owner's name, though it named them from the start", async () => {
    const { set } = await choose().then(() => browser.api.getSet({}));
    const { tid, uid } = owner.account;
    const deriveArgon2id = async () => new Uint8Array(32);
    const { request, account } = await makeKeyring({ tid, uid }, "theirs", { deriveArgon2id, now: world.clock });
    const lied = { ...(set ?? expect.unreachable()), bundleHash: encodeBase64url(account.bundleHash) };
    const { api, keyring } = browser;
    const getIdentity = async ({ userId }: { userId: typeof uid }) =>
      userId === uid ? { userId, bundles: [request.bundle] } : keyring.getIdentity({ userId });
    const lying = {
      ...browser,
      api: { ...api, getSet: async () => ({ set: lied }) },
      keyring: { ...keyring, getIdentity },
    };
    const { asking, words } = await world.ask(lying);
    for (const at of [0, 1, 2]) await world.give(friend(at), words);
    world.turn(48 * HOURS_MS);
    await expect(collectShares(lying, asking)).rejects.toThrow(code("crypto.context"));
  });

  it("D08 dies with the set: shares of the contacts before open nothing, and a recovery for them is over", async () => {
    await choose();
    const { asking, words } = await world.ask(browser);
    for (const at of [0, 1, 3]) await world.give(friend(at), words);
    await world.choose(owner, friends.slice(0, 3), 2);
    world.turn(48 * HOURS_MS);
    await expect(collectShares(browser, asking)).rejects.toThrow(code("recovery.set_changed"));
    expect((await friend(4).recovery.listHeld({})).items).toEqual([]);
    const old = { recoveryId: asking.recoveryId, bundleHash: "AAAA", release: "AAAA", ownerId: owner.account.uid };
    await expect(friend(2).recovery.release(old)).rejects.toThrow(code("recovery.not_held"));
    expect((await heldBy(friend(0))).recoveries).toEqual([]);
    const again = await world.ask(world.freshBrowser(owner));
    expect(again.words).not.toBe(words);
  });
});

describe("D04 what the platform keeps of it", () => {
  it("opens no share and holds no key that does: searched with every key and through every row", async () => {
    const world = new RecoveryWorld();
    const { owner, friends } = await world.circle(3);
    await world.choose(owner, friends, 2);
    const { asking, words } = await world.ask(world.freshBrowser(owner));
    for (const friend of friends) await world.give(friend, words);
    const kept = world.keptTexts();
    const blobs = kept
      .flatMap((text) => text.match(/[A-Za-z0-9_-]{43,}/g) ?? [])
      .flatMap((text) => attempt(() => decodeBase64url(text)));
    const secrets: Uint8Array[] = [
      decodeBase64url(asking.seed),
      owner.account.identity.kem.secretKey,
      owner.account.root.selfWrap,
    ];
    for (const friend of friends) {
      const { account } = friend;
      const [held] = (await friend.recovery.listHeld({})).items;
      const place = {
        tid: account.tid,
        owner: owner.account.uid,
        contact: account.uid,
        setId: held?.setId ?? "sst_",
      } as const;
      const parties = { contact: account.identity.kem, owner: owner.account.identity.sign.publicKey };
      const share = openShare(openShareFor(decodeBase64url(held?.share ?? ""), place, parties), parties.owner);
      secrets.push(share.y, account.identity.kem.secretKey, account.identity.sign.secretKey);
    }
    expect(blobs.length).toBeGreaterThan(20);
    const all = Buffer.concat(blobs.map((bytes) => Buffer.from(bytes)));
    for (const secret of secrets) expect(all.includes(Buffer.from(secret))).toBe(false);
    for (const blob of blobs.filter((bytes) => bytes.length === 32)) {
      const [held] = (await friends[0]?.recovery.listHeld({}))?.items ?? [];
      const { tid, uid } = owner.account;
      const place = { tid, owner: uid, contact: friends[0]?.account.uid ?? uid, setId: held?.setId ?? "sst_" } as const;
      const parties = { contact: deriveKemKeys(blob), owner: owner.account.identity.sign.publicKey };
      expect(() => openShareFor(decodeBase64url(held?.share ?? ""), place, parties)).toThrow(code("crypto.context"));
    }
    expect(kept.join("\n")).not.toContain(words);
  });
});

function attempt(work: () => Uint8Array): Uint8Array[] {
  try {
    return [work()];
  } catch {
    return []; // not ours: an id, a hash in another alphabet
  }
}
