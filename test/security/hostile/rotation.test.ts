import { beforeEach, describe, expect, it } from "vitest";
import { openVaultBook } from "#shared/client/vault/vault-book.ts";
import type { Vault } from "#shared/contracts/vault.ts";
import { signBundle } from "#shared/crypto/account/bundle.ts";
import { followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys, makeRootKey } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, type Someone, share } from "#test/support/group-world.ts";
import { FakeAgentApi, RotationWorld } from "#test/support/rotation-world.ts";
import { lying } from "./double.ts";

/** A server that holds a key from before a change of all keys, or that would like to make the change itself. */
let world: RotationWorld;
let ann: Someone;
let ben: Someone;
let shared: Id<"vault">;
const refused = { name: "CryptoError" };

beforeEach(async () => {
  world = new RotationWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  await ann.vaults.open("own");
  shared = (await share(ben, [{ who: ann, rights: EDIT }])).vaultId;
});

const renewed = async () => {
  const { account } = await world.rotate(ann);
  const agent = new FakeAgentApi(ann.account, world.clock, "stopped");
  return (await world.finish(account, world.apiOf(ann, agent))).account;
};
const withVault = (who: Someone, lie: (vault: Vault) => Vault) =>
  lying(who.api, { getVault: (vault) => (vault.kind === "group" ? lie(vault) : vault) });

describe("D08: a key from before the change", () => {
  it("writes no manifest that a member accepts", async () => {
    await renewed();
    const forged = (vault: Vault): Vault => {
      const { manifest, hash } = readManifest(decodeBase64url(vault.manifest));
      const chain = vault.chain.map(decodeBase64url);
      const last = readChainStep(chain.at(-1) ?? new Uint8Array(0));
      const next = {
        ...manifest,
        seq: manifest.seq + 1,
        prevHash: hash,
        chainSeq: last.step.seq,
        chainHash: last.hash,
      };
      const by = { writer: ann.account.uid, bundleHash: ann.account.bundleHash };
      const bytes = signManifest({ ...next, ...by }, ann.account.identity.sign.secretKey);
      return { ...vault, manifest: encodeBase64url(bytes) };
    };
    const deceived = world.freshDevice(ben, { api: withVault(ben, forged) });
    await expect(deceived.open(shared)).rejects.toMatchObject(refused);
    await expect(world.freshDevice(ben).open(shared)).resolves.toBeDefined();
  });

  it("makes no step of the chain that a member accepts, not even back to itself", async () => {
    await renewed();
    const forged = (vault: Vault): Vault => {
      const last = readChainStep(decodeBase64url(vault.chain.at(-1) ?? ""));
      const { tid, uid: author, bundleHash, identity } = ann.account;
      const place = { ...last.step, tid, seq: last.step.seq + 1, prevHash: last.hash, author, bundleHash };
      const step = signChainStep({ ...place, does: { kind: "renew", bundleHash } }, identity.sign.secretKey);
      return { ...vault, chain: [...vault.chain, encodeBase64url(step)] };
    };
    const deceived = world.freshDevice(ben, { api: withVault(ben, forged) });
    await expect(deceived.open(shared)).rejects.toMatchObject(refused);
  });

  it("renews a member to no keys but those that the member's own statements name", async () => {
    const stranger = makeIdentity();
    const forged = (vault: Vault): Vault => {
      const last = readChainStep(decodeBase64url(vault.chain.at(-1) ?? ""));
      const { tid, uid: author, bundleHash, identity } = ann.account;
      const place = { ...last.step, tid, seq: last.step.seq + 1, prevHash: last.hash, author, bundleHash };
      const does = { kind: "renew", bundleHash: stranger.sign.publicKey } as const;
      return {
        ...vault,
        chain: [...vault.chain, encodeBase64url(signChainStep({ ...place, does }, identity.sign.secretKey))],
      };
    };
    const deceived = world.freshDevice(ben, { api: withVault(ben, forged) });
    await expect(deceived.open(shared)).rejects.toMatchObject(refused);
  });
});

describe("D08: a change of keys that the person did not make", () => {
  it("is refused by colleagues: the root before it has not agreed", async () => {
    const contact = await ben.vaults.contact(ann.account.uid);
    await ben.vaults.verify(contact);
    const honest = world.keyringOf(ben.account.uid);
    const { bundles } = await honest.getIdentity({ userId: ann.account.uid });
    const { tid, uid } = ann.account;
    const before = followBundles(bundles.map(decodeBase64url), { tid, uid, nowMs: world.clock.getTime() });
    const root = deriveRootKeys(makeRootKey(), { tid, uid, urkGen: 2 });
    const invented = makeIdentity();
    const keys = { signKey: invented.sign.publicKey, kemKey: invented.kem.publicKey };
    const next = { ...before.last, ...keys, bundleSeq: 2, prevHash: before.pin.hash };
    for (const agreedBy of [root.rootSign, undefined]) {
      const forged = encodeBase64url(signBundle(next, root.rootSign, agreedBy));
      const keyring = {
        getIdentity: async ({ userId }: { userId: Id<"user"> }) =>
          userId === uid ? { userId, bundles: [...bundles, forged] } : honest.getIdentity({ userId }),
      };
      const deceived = world.freshDevice(ben, { keyring });
      await expect(deceived.contact(uid)).rejects.toMatchObject(refused);
    }
  });

  it("is not undone by showing the chain of statements from before it", async () => {
    const account = await renewed();
    const honest = world.keyringOf(ann.account.uid);
    const device = world.device(account, ann.api);
    await openVaultBook(device, "own");
    const short = await honest.getIdentity({ userId: account.uid });
    const keyring = { getIdentity: async () => ({ ...short, bundles: short.bundles.slice(0, 1) }) };
    const deceived = world.vaultsOf({ account, api: ann.api }, { keyring });
    await expect(deceived.open("own")).rejects.toMatchObject({ code: "crypto.rollback" });
  });
});
