import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { erase } from "#shared/crypto/encoding/bytes.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { splitKey } from "#shared/crypto/recovery/split.ts";
import type { KeyRing } from "#shared/crypto/vault/grant.ts";
import { fingerprintOf, sealPartTo, wrapRing } from "#shared/crypto/vault/quorum.ts";
import { type Id, newId } from "#shared/ids.ts";
import { signed } from "../../signed-write.ts";
import { createVault } from "../create-vault.ts";
import { openHead, type VaultHead } from "../head.ts";
import { drawNextKey, signSteps } from "../keys/members.ts";
import type { VaultMeans } from "../state.ts";

/** How many of whom open a vault together. */
export interface QuorumTerms {
  readonly threshold: number;
  readonly holders: readonly Id<"user">[];
}

/** An empty vault that nobody opens alone, who makes it neither. */
export async function createThresholdVault(means: VaultMeans, name: string, terms: QuorumTerms): Promise<Id<"vault">> {
  const { api, account, now } = means;
  const head = await openHead(means, await createVault(api, account, { kind: "threshold", name }, now()));
  await setQuorum(means, { ...head, ring: { ...head.ring, held: new Map() } }, terms); // nothing lies under its first key
  return head.vaultId;
}

/**
 * The vault's next key, under a key that is split among these holders and forgotten here; with it those before it, while items lie under
 * them. Each holder's part is sealed to the keys they have now.
 * @returns the keys, for the session that has the vault open
 */
export async function setQuorum(means: VaultMeans, head: VaultHead, terms: QuorumTerms): Promise<KeyRing> {
  const { api, account, people, now } = means;
  const { tid, uid, identity } = account;
  const { vaultId } = head;
  const { ring, deed } = drawNextKey(account, head);
  const place = { tid, vaultId, setId: newId("shareSet", now()) };
  const { set, shares, wrapped } = await splitUnder(place, { ring: ring.held, terms, signer: identity.sign.secretKey });
  const holders = [];
  const keys = [];
  for (const [at, person] of terms.holders.entries()) {
    await people.learnAgain(person);
    const { bundleHash, kemKey } = people.get(person);
    const part = { share: shares[at] ?? new Uint8Array(0), ring: wrapped }; // there is one for each
    const sealed = sealPartTo(part, { ...place, from: uid, to: person }, { sender: identity.sign, recipient: kemKey });
    holders.push({ person, bundleHash });
    keys.push({ userId: person, key: encodeBase64url(sealed) });
  }
  const { keyGen, keyCommit, entryCommit } = deed;
  const set07 = { setId: place.setId, threshold: terms.threshold, shareCommit: set.commit, holders };
  const steps = signSteps(means, head, [{ kind: "quorum", keyGen, keyCommit, entryCommit, ...set07 }]);
  const handed = { vaultId, keyCommit: encodeBase64url(keyCommit), keys };
  await api.putKeys(signed(account, { what: "vault.keys", seq: head.chain.seq }, handed));
  await api.addSteps({ vaultId, steps: steps.map(({ bytes }) => encodeBase64url(bytes)) });
  return ring.held;
}

interface Splitting {
  readonly ring: KeyRing;
  readonly terms: QuorumTerms;
  readonly signer: Parameters<typeof splitKey>[1]["signer"];
}

async function splitUnder(place: Parameters<typeof wrapRing>[1], { ring, terms, signer }: Splitting) {
  const key = makeKey();
  const wrapped = wrapRing(key, place, ring);
  const count = { threshold: terms.threshold, count: terms.holders.length };
  const owner = { ownerFingerprint: fingerprintOf(place), signer };
  const split = await splitKey(key, { purpose: "vault", setId: place.setId, ...count, ...owner });
  erase(key);
  return { ...split, wrapped };
}
