import { beforeEach, describe, expect, it } from "vitest";
import { sealEnvelope, stateKeyOf } from "#shared/client/agent-keys.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import { type Account, unlockByPhrase } from "#shared/client/keyring.ts";
import { pinEnvelope } from "#shared/client/link/pins.ts";
import { changeAllKeys, rotateAfterRecovery } from "#shared/client/rotation/change-all-keys.ts";
import type { RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, type Someone, share } from "#test/support/group-world.ts";
import { type AnyApi, FakeAgentApi, quickArgon, RotationWorld } from "#test/support/rotation-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: RotationWorld;
let ann: Someone;
let ben: Someone;
let agent: FakeAgentApi;
let shared: Id<"vault">;
let bank: Id<"item">;
let rent: Id<"item">;

beforeEach(async () => {
  world = new RotationWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  bank = (await (await ann.vaults.open("own")).save(world.newItem(), loginOf("Bank"))).id;
  const { vaultId } = await share(ben, [{ who: ann, rights: EDIT }]);
  shared = vaultId;
  rent = (await (await ann.vaults.open(shared)).save(world.newItem(), noteOf("Rent"))).id;
  agent = new FakeAgentApi(ann.account, world.clock, "running");
  agent.lastKnown = agent.secretsFor(ann.account);
});

const passwordIn = async (account: Account, which: "own" | Id<"vault">, itemId: Id<"item">) => {
  const { content } = await (await openVaultBook(world.device(account, ann.api), which)).read(itemId);
  return content;
};

/** Everything that ann had opens for this account, and she may go on writing. */
async function demandWhole(account: Account): Promise<void> {
  expect(account.carried).toBeUndefined();
  expect(await passwordIn(account, "own", bank)).toMatchObject({ password: "password of Bank" });
  expect(await passwordIn(account, shared, rent)).toMatchObject({ text: "text of Rent" });
  const { saved } = agent.agent;
  expect(stateKeyOf(account, agent.agent, agent.secretsFor(account))).toEqual(agent.keys.get(saved?.seq ?? 0));
  for (const which of ["own", shared] as const) {
    const book = await openVaultBook(world.device(account, ann.api), which);
    await book.save(world.newItem(), noteOf("After"));
    expect((await book.list()).map(({ entry }) => entry?.name)).toContain("After");
  }
  const theirs = await world.freshDevice(ben).open(shared);
  expect(new Set((await theirs.list()).map(({ entry }) => entry?.name))).toEqual(new Set(["After", "Rent"]));
}

describe("a change of all keys", () => {
  it("leaves nothing under the old root, and everything opens under the new one", async () => {
    const { account } = await world.rotate(ann);
    const seen: RotationProgress[] = [];
    const api = world.apiOf(ann, agent);
    const finished = await world.finish(account, api, (progress) => seen.push(progress));
    await demandWhole(finished.account);
    await demandWhole(await world.unlock(ann.account.uid, ann.account));
    expect(seen).toContainEqual({ what: "items", done: 1, of: 1 });
    expect(seen[1]).toEqual({ what: "agents", done: 1, of: 1 });
    expect(seen.at(-1)).toEqual({ what: "vaults", done: 2, of: 2 });
    expect((await api.keyring.getKeyring({})).carry).toBeUndefined();
  });

  it("opens nothing by the old keys any more: neither vaults nor the agent nor the account", async () => {
    const before = await world.keyringOf(ann.account.uid).getKeyring({});
    const { account, recoveryPhrase } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    for (const which of ["own", shared] as const)
      await expect(openVaultBook(world.device(ann.account, ann.api), which)).rejects.toMatchObject({
        name: "CryptoError",
      });
    expect(() => agent.secretsFor(ann.account)).toThrow(CryptoError);
    const after = await world.keyringOf(ann.account.uid).getKeyring({});
    const { tid, uid } = ann.account;
    expect(unlockByPhrase(after, { tid, uid }, recoveryPhrase).account.root).toEqual(account.root);
    const oldSlots = before.slots.map(({ blob }) => blob);
    expect(after.slots.every(({ blob }) => !oldSlots.includes(blob))).toBe(true);
  });

  it("gives one's own vault another key, and seals each item anew", async () => {
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    const device = world.device(await world.unlock(account.uid, account), ann.api);
    const book = await openVaultBook(device, "own");
    await book.list();
    expect(book.head().ring.current.keyGen).toBe(2);
    expect(book.progress()).toEqual({ done: 1, of: 1, stuck: [] });
  });

  it("ends a task that obeys the old root, and wakes the agent again", async () => {
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    expect(agent.did).toEqual(["stop", "wake"]);
    expect(agent.secretsFor(await world.unlock(account.uid, account)).endUpTo).toBeUndefined();
  });

  it("seals no secrets of an agent anew that are older than this device has seen", async () => {
    const { pins } = storesOf(world.database, "", agent.agent.id);
    const older = agent.envelope;
    const newer = sealEnvelope(ann.account, agent.agent.id, 2, agent.secretsFor(ann.account));
    await pins.change((pin) => pinEnvelope(pin, newer));
    const { account } = await world.rotate(ann);
    const { left } = await world.finish(account, world.apiOf(ann, agent));
    expect(left.agents).toMatchObject([{ id: agent.agent.id, error: { code: "crypto.rollback" } }]);
    expect(agent.envelope).toEqual(older);
  });

  it("leaves an agent asleep that was asleep, and it still wakes with what it knew", async () => {
    agent.agent = { ...agent.agent, state: "stopped" };
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    expect(agent.did).toEqual([]);
    await demandWhole(await world.unlock(account.uid, account));
  });

  it("is seen by colleagues as the same person, verified as before", async () => {
    const contact = await ben.vaults.contact(ann.account.uid);
    await ben.vaults.verify(contact);
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    const again = await world.freshDevice(ben).contact(ann.account.uid);
    expect(again).toMatchObject({ isVerified: true, safetyNumber: contact.safetyNumber });
    expect(again.kemKey).toEqual(account.identity.kem.publicKey);
    const book = await world.freshDevice(ben).open(shared);
    await book.removeMember(ann.account.uid);
  });

  it("is noticed by a colleague who had the vault open all the time", async () => {
    const open = await ben.vaults.open(shared);
    await open.list();
    const { account } = await world.rotate(ann);
    await world.finish(account, world.apiOf(ann, agent));
    const mine = await openVaultBook(world.device(await world.unlock(account.uid, account), ann.api), shared);
    await mine.save(world.newItem(), noteOf("By the new keys"));
    expect((await open.list()).map(({ entry }) => entry?.name).toSorted()).toEqual(["By the new keys", "Rent"]);
  });

  it("may be begun anew before it was finished, and still loses nothing", async () => {
    const once = await world.rotate(ann);
    const twice = await world.rotate(ann, once.account);
    expect(twice.account.carried?.map(({ urkGen }) => urkGen)).toEqual([1, 2]);
    const opened = await world.unlock(ann.account.uid, ann.account);
    await demandWhole((await world.finish(opened, world.apiOf(ann, agent))).account);
  });
});

class Crash extends Error {}

/** The nth question of this client gets no answer; whether the platform did what it was asked is the other half of the cases. */
function crashing(api: AnyApi, at: number, isDone: boolean): { readonly api: AnyApi; readonly asked: () => number } {
  let asked = 0;
  const failing = <T extends object>(client: T): T =>
    new Proxy(client, {
      get: (target, name) => async (input: unknown) => {
        asked++;
        const call = Reflect.get(target, name) as (given: unknown) => Promise<unknown>; // a route of the client
        if (asked !== at) return call(input);
        if (isDone) await call(input);
        throw new Crash();
      },
    });
  const { agents, vault, keyring, shares } = api;
  const wrapped = { agents: failing(agents), vault: failing(vault), keyring: failing(keyring) };
  return { api: { ...wrapped, shares: failing(shares) }, asked: () => asked };
}

describe("a crash in the middle of a change of all keys", () => {
  it.each([
    { isDone: false, what: "before the platform did what it was asked" },
    { isDone: true, what: "after it, with the answer lost" },
  ])("$what: at each step another device goes on, and nothing is lost", async ({ isDone }) => {
    const { account } = await world.rotate(ann);
    const honest = world.apiOf(ann, agent);
    let crashes = 0;
    for (let at = 1; ; at++) {
      const opened = await world.unlock(account.uid, account);
      if (!opened.carried) break; // the crash was at the very end
      const broken = crashing(honest, at, isDone);
      const outcome = await world.finish(opened, broken.api).catch((error: unknown) => error);
      if (!(outcome instanceof Crash)) break;
      crashes++;
    }
    expect(crashes).toBeGreaterThan(10);
    await demandWhole(await world.unlock(account.uid, account));
  });
});

describe("the next root", () => {
  const asking = (api = world.keyringOf(ann.account.uid)) => ({ api, deriveArgon2id: quickArgon, now: world.clock });

  it("is made by who knows the present passphrase; an open browser alone is not enough", async () => {
    const first = await rotateAfterRecovery(ann.account, world.passphrase, asking());
    const wrong = changeAllKeys(first.account, { present: "another", next: "a third" }, asking());
    await expect(wrong).rejects.toMatchObject({ code: "crypto.commitment" });
    const words = { present: world.passphrase, next: "a third" };
    expect((await changeAllKeys(first.account, words, asking())).account.root.urkGen).toBe(3);
  });

  it("ends a recovery with another passphrase and twelve other words, even if the answer was lost", async () => {
    const honest = world.keyringOf(ann.account.uid);
    const losing: typeof honest.changeKeyring = async (request) => {
      await honest.changeKeyring(request);
      throw new ApiError("network", "The service did not answer.");
    };
    const made = await rotateAfterRecovery(ann.account, world.passphrase, asking({ ...honest, changeKeyring: losing }));
    expect(made.recoveryPhrase.split(" ")).toHaveLength(12);
    expect((await world.unlock(ann.account.uid, ann.account)).root).toEqual(made.account.root);
  });

  it("is not said to be kept when another device was faster", async () => {
    const honest = world.keyringOf(ann.account.uid);
    const late: typeof honest.changeKeyring = async (request) => {
      await world.rotate(ann);
      return honest.changeKeyring(request);
    };
    const made = rotateAfterRecovery(ann.account, "mine", asking({ ...honest, changeKeyring: late }));
    await expect(made).rejects.toMatchObject({ code: "keyring.changed" });
  });

  it("D08 is refused where the server shows an older keyring, or another bundle, to go on from", async () => {
    const keyring = world.keyringOf(ann.account.uid);
    const before = await keyring.getKeyring({});
    const first = await world.rotate(ann);
    await expect(world.rotate(ann)).rejects.toMatchObject({ name: "CryptoError" });
    const after = await keyring.getKeyring({});
    const mixed = { ...after, bundle: before.bundle };
    const means = { deriveArgon2id: quickArgon, now: world.clock };
    await expect(rotateRoot(mixed, first.account, "x", means)).rejects.toMatchObject({ code: "crypto.rollback" });
    expect(decodeBase64url(after.carry ?? "").length).toBeGreaterThan(100);
  });
});
