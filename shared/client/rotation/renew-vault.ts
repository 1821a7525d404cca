import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type ChainState, goOn, memberAt } from "#shared/crypto/vault/chain.ts";
import { type Deed, readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { signed } from "../signed-write.ts";
import type { VaultHead } from "../vault/head.ts";
import { keyAgeOf } from "../vault/keys/key-age.ts";
import { drawNextKey, rotateKey } from "../vault/keys/members.ts";
import { sealRingForSelf } from "../vault/keys/vault-key.ts";
import { type Progress, resealItems } from "../vault/reseal.ts";
import { enterVault, type VaultMeans, type VaultState, type Which } from "../vault/state.ts";
import { withoutCarried } from "./carried.ts";

const PASSES = 8; // two parts, and turns in which somebody else was faster

/**
 * A vault after a change of all keys: its keys lie under the new root, and its chain says which keys of this member count from here on.
 * One's own vault gets a new key too, and each item is sealed anew. What was done is not done again.
 * @returns the vault, as it opens without the old keys
 */
export async function renewVault(
  means: VaultMeans,
  which: Which,
  onProgress: (progress: Progress) => void,
): Promise<VaultState> {
  const bare = { ...means, account: withoutCarried(means.account) };
  let state = await openRenewed(bare, which);
  for (let pass = 1; !state; pass++) {
    try {
      await bringOver(means, (await enterVault(means, which)).head);
    } catch (error) {
      const wasFaster = error instanceof ApiError && error.code === "vault.changed";
      if (!wasFaster || pass === PASSES) throw error;
    }
    demand(pass < PASSES, "crypto.rollback"); // it takes everything, and shows what was before
    state = await openRenewed(bare, which);
  }
  return which === "own" ? (await resealItems(bare, state, onProgress)).state : state;
}

/** The two parts of it, one at a time. */
async function bringOver(means: VaultMeans, head: VaultHead): Promise<void> {
  if (!isRenewed(means.account, head)) return renew(means, head);
  await keepRing(means, head, head.ring.held);
  const which = head.kind === "personal" ? "own" : head.vaultId;
  await enterVault({ ...means, account: withoutCarried(means.account) }, which); // or the old keys stay
}

/** The vault if nothing is left to do for it. */
async function openRenewed(bare: VaultMeans, which: Which): Promise<VaultState | undefined> {
  try {
    const state = await enterVault(bare, which);
    return isRenewed(bare.account, state.head) ? state : undefined;
  } catch (error) {
    if (error instanceof CryptoError) return undefined; // by the old keys, or not at all: who asks with those is told why
    throw error;
  }
}

/**
 * Another key for a vault that others have too, which whoever held the old root could open. Whoever looks after it does it at once; for
 * whoever does not, it is due from here on, and the device of one who does takes it up.
 * @throws ApiError, CryptoError for a vault that goes on with the key it had
 */
export async function changeKey(means: VaultMeans, state: VaultState): Promise<void> {
  const { chain, rights } = state.head;
  if (!keyAgeOf(chain, means.now()).due) return;
  if (!may(rights, "admin")) throw new ApiError("vault.forbidden", "Who looks after this vault changes its key.");
  await rotateKey({ ...means, account: withoutCarried(means.account) }, state);
}

function isRenewed({ uid, bundleHash }: Account, { chain }: VaultHead): boolean {
  const member = memberAt(chain, uid, chain.seq);
  demand(member !== undefined, "crypto.context");
  return equalConstantTime(member.bundleHash, bundleHash);
}

/** The keys come before the step that makes them count. */
async function renew(means: VaultMeans, head: VaultHead): Promise<void> {
  const { account } = means;
  const renewal: Deed = { kind: "renew", bundleHash: account.bundleHash };
  if (head.kind !== "personal") return addSteps(means, head, [renewal]);
  const { ring, deed } = drawNextKey(account, head);
  await putOwnKey(means, head, { keyCommit: commitOf(deed), ring: ring.held });
  await addSteps(means, head, [renewal, deed]);
}

const commitOf = (deed: Deed): Uint8Array => ("keyCommit" in deed ? deed.keyCommit : new Uint8Array(0)); // a rotation has one

/** Sealed by the new root, under the commit of the present key; the same again where it lies there already. */
async function keepRing(means: VaultMeans, head: VaultHead, ring: VaultHead["ring"]["held"]): Promise<void> {
  const keyCommit = head.chain.generations.at(-1)?.keyCommit;
  demand(keyCommit !== undefined, "crypto.context");
  await putOwnKey(means, head, { keyCommit, ring });
}

async function putOwnKey(
  { api, account }: VaultMeans,
  { vaultId, chain }: VaultHead,
  { keyCommit, ring }: { readonly keyCommit: Uint8Array; readonly ring: VaultHead["ring"]["held"] },
): Promise<void> {
  const key = sealRingForSelf(account, vaultId, ring);
  const keys = { vaultId, keyCommit: encodeBase64url(keyCommit), keys: [{ userId: account.uid, key }] };
  await api.putKeys(signed(account, { what: "vault.keys", seq: chain.seq }, keys));
}

/** The renewal is signed by the identity that the chain knows, and what follows it by the new one. */
async function addSteps({ api, account, now }: VaultMeans, head: VaultHead, deeds: readonly Deed[]): Promise<void> {
  const { manifest, hash } = head.manifest;
  let chain: ChainState = head.chain;
  const steps = deeds.map((does) => {
    const { identity, bundleHash } = signerAt(account, chain);
    const place = { tid: account.tid, vaultId: head.vaultId, seq: chain.seq + 1, prevHash: chain.hash };
    const by = { author: account.uid, bundleHash, atMs: now().getTime() };
    const on = { manifest: { seq: manifest.seq, hash }, ...by, does };
    const bytes = signChainStep({ ...place, ...on }, identity.sign.secretKey);
    chain = goOn(chain, readChainStep(bytes));
    return encodeBase64url(bytes);
  });
  await api.addSteps({ vaultId: head.vaultId, steps });
}

/** @throws crypto.context where the chain knows this member by keys that are no more: somebody else has to add them anew */
function signerAt(account: Account, chain: ChainState) {
  const known = memberAt(chain, account.uid, chain.seq)?.bundleHash;
  const own = [account, ...(account.carried ?? [])];
  const found = known && own.find(({ bundleHash }) => equalConstantTime(bundleHash, known));
  demand(found !== undefined, "crypto.context");
  return found;
}
