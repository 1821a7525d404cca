import type { recoveryContract } from "#shared/contracts/recovery.ts";
import type { Reply } from "#shared/contracts/route.ts";
import type { AcceptedChain } from "#shared/crypto/account/bundle-chain.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, type CryptoErrorCode, demand } from "#shared/crypto/encoding/errors.ts";
import { deriveKemKeys } from "#shared/crypto/primitives/kem.ts";
import type { SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { unwrapWithContacts } from "#shared/crypto/recovery/contacts-slot.ts";
import { openRelease, ownerFingerprintOf } from "#shared/crypto/recovery/sealed-share.ts";
import { combineShares, SharesRefused } from "#shared/crypto/recovery/split.ts";
import type { Id } from "#shared/ids.ts";
import { type KeyringPin, openBy, slotOf, type Unlocked } from "../keyring.ts";
import { followPerson } from "../people/follow-person.ts";
import { type Asking, type AskingMeans, setOf } from "./own-recovery.ts";

type Release = Reply<(typeof recoveryContract)["collect"]>["releases"][number];

/** A contact whose share did not count, and why. */
export interface RefusedContact {
  readonly contactId: Id<"user">;
  readonly why: CryptoErrorCode;
}

interface Opened {
  readonly contactId: Id<"user">;
  readonly bytes: Uint8Array;
}

/** The shares do not open the vault; with those that are to blame. */
export class RecoveryFailed extends CryptoError {
  readonly refused: readonly RefusedContact[];
  constructor(code: CryptoErrorCode, refused: readonly RefusedContact[]) {
    super(code);
    this.refused = refused;
  }
}

/**
 * Puts together what the contacts gave and opens the keyring with it. The set is the one whose words were read to the contacts, not the one
 * that the service names now; the root that comes out has to be the one of the person whom the contacts know. What this browser has seen
 * of the keyring and of people before holds here too: nothing older is opened, and nobody else stands in their place.
 * @throws RecoveryFailed; CryptoError when the keyring or its owner is not the one that the shares are of
 */
export async function collectShares(
  means: AskingMeans,
  asking: Asking,
): Promise<Unlocked & { readonly refused: readonly RefusedContact[] }> {
  const { releases } = await means.api.collect({ recoveryId: asking.recoveryId });
  const set = setOf(asking);
  const { tid, uid } = means.place;
  const chain = await followPerson(means, uid);
  const fingerprint = ownerFingerprintOf({ tid, uid, genesisKey: chain.genesisKey });
  demand(equalConstantTime(fingerprint, set.ownerFingerprint), "crypto.context");
  const opened = await Promise.all(releases.map((release) => open(means, asking, release)));
  const usable = opened.filter((one): one is Opened => "bytes" in one);
  const unusable = opened.filter((one): one is RefusedContact => "why" in one);
  const nameOf = ({ at, why }: { at: number; why: CryptoErrorCode }): RefusedContact[] =>
    usable[at] ? [{ contactId: usable[at].contactId, why }] : [];
  try {
    const shares = usable.map(({ bytes }) => bytes);
    const { key, refused } = await combineShares(shares, set, signKeyIn(chain, asking.bundleHash));
    const served = await means.keyring.getKeyring({});
    const slot = unwrapWithContacts(slotOf(served, "contacts"), means.place, { setId: set.setId, key });
    const pin = await means.database.get<KeyringPin>(`${means.folder}/keyring-pin`);
    const unlocked = openBy(served, means.place, slot, { pin });
    demand(equalConstantTime(unlocked.account.bundleHash, chain.pin.hash), "crypto.rollback");
    return { ...unlocked, refused: [...unusable, ...refused.flatMap(nameOf)] };
  } catch (error) {
    if (!(error instanceof SharesRefused)) throw error;
    throw new RecoveryFailed(error.code, [...unusable, ...error.refused.flatMap(nameOf)]);
  }
}

/** The service names the contact's keys; what a wrong one signed carries no share of the owner's, and is named in the end. */
async function open(
  means: AskingMeans,
  { recoveryId, seed, set }: Asking,
  { contactId, bundleHash, release }: Release,
): Promise<Opened | RefusedContact> {
  const { tid, uid: owner } = means.place;
  const place = { tid, owner, contact: contactId, setId: set.setId, recoveryId };
  try {
    const contact = signKeyIn(await followPerson(means, contactId), bundleHash);
    const ephemeral = deriveKemKeys(decodeBase64url(seed));
    return { contactId, bytes: openRelease(decodeBase64url(release), place, { ephemeral, contact }) };
  } catch (error) {
    if (error instanceof CryptoError) return { contactId, why: error.code };
    throw error;
  }
}

function signKeyIn({ bundles }: AcceptedChain, bundleHash: string): SignPublicKey {
  const found = bundles.find(({ hash }) => equalConstantTime(hash, decodeBase64url(bundleHash)));
  demand(found !== undefined, "crypto.context");
  return found.bundle.signKey;
}
