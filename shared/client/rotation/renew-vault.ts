import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { type ChainState, goOn, memberAt } from "#shared/crypto/vault/chain.ts";
import { type Deed, readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { signed } from "../signed-write.ts";
import type { VaultHead } from "../vault/head.ts";
import { drawNextKey } from "../vault/members.ts";
import { type Progress, resealItems } from "../vault/reseal.ts";
import { enterVault, refreshHead, type VaultMeans } from "../vault/state.ts";
import { sealRingForSelf } from "../vault/vault-key.ts";
import { withoutCarried } from "./carried.ts";

const TRIES = 5; // each is a turn in which somebody else was faster

/**
 * A vault after a change of all keys: its keys lie under the new root, and its chain says which keys of this member count from here on.
 * One's own vault gets a new key too, and each item is sealed anew. What was done is not done again.
 */
export async function renewVault(
  means: VaultMeans,
  which: "own" | Id<"vault">,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  let state = await enterVault(means, which);
  for (let attempt = 1; !isRenewed(means.account, state.head); attempt++) {
    try {
      await renew(means, state.head);
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "vault.changed") || attempt === TRIES) throw error;
    }
    state = await refreshHead(means, state);
  }
  await keepRing(means, state.head, state.head.ring.held);
  state = await enterVault({ ...means, account: withoutCarried(means.account) }, which); // it opens without the old keys, or they stay
  if (which === "own") await resealItems(means, state, onProgress);
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
