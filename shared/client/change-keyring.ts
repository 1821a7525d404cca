import type { Input } from "#shared/contracts/route.ts";
import type { Keyring, vaultContract } from "#shared/contracts/vault.ts";
import { deriveRootKeys } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { deriveBip39SlotSecret, makePhraseEntropy, phraseOf } from "#shared/crypto/slots/bip39.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { type SlotType, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Account, KeyringPin } from "./keyring.ts";

export interface KeyringChange {
  readonly request: Input<(typeof vaultContract)["changeKeyring"]>;
  /** What to remember once the server has kept the change. */
  readonly pin: KeyringPin;
}

interface Means {
  readonly deriveArgon2id: DeriveArgon2id;
  readonly now: Date;
  readonly pin?: KeyringPin;
}

/**
 * Wraps the root of an open account under a new passphrase, in a new slot which takes the old one's place in the list.
 * Recovery phrase and all that is sealed stay as they are. A copy of the old slot still opens by the old passphrase: this
 * is for a passphrase one wants changed, and does not undo that someone learnt it.
 * @throws crypto.commitment for a wrong present passphrase; crypto.rollback or crypto.context when the server lies.
 */
export async function changePassphrase(
  keyring: Keyring,
  account: Account,
  { present, next }: { readonly present: string; readonly next: string },
  means: Means,
): Promise<KeyringChange> {
  const urk = await openRoot(keyring, account, present, means);
  const place = slotPlaceOf(account, means.now);
  const blob = await wrapWithPassphrase(place, { passphrase: next }, urk, means.deriveArgon2id);
  return replaceSlot(keyring, account, { type: "passphrase", id: place.slotId, blob }, means.pin);
}

/**
 * Twelve new words in place of words that were lost before they were kept. The old words' slot is gone from the list; a copy of it
 * still opens by the old words.
 * @throws as changePassphrase
 */
export async function renewPhrase(
  keyring: Keyring,
  account: Account,
  present: string,
  means: Means,
): Promise<KeyringChange & { readonly recoveryPhrase: string }> {
  const urk = await openRoot(keyring, account, present, means);
  const entropy = makePhraseEntropy();
  const place = slotPlaceOf(account, means.now);
  const slot = { ...place, type: "bip39", params: new Uint8Array(0) } as const;
  const blob = wrapRootKey(slot, deriveBip39SlotSecret(entropy, account.uid), urk);
  const change = replaceSlot(keyring, account, { type: "bip39", id: place.slotId, blob }, means.pin);
  return { ...change, recoveryPhrase: phraseOf(entropy) };
}

const slotPlaceOf = ({ tid, uid, root }: Account, now: Date) => ({
  ...{ tid, uid, slotId: newId("slot", now), urkGen: root.urkGen },
});

/** An open browser alone does not hold what wraps the root anew: the passphrase does. */
async function openRoot(
  keyring: Keyring,
  { tid, uid, root }: Account,
  passphrase: string,
  { deriveArgon2id, pin }: Means,
): Promise<Key> {
  const pinned = pin?.argon ? { pinned: pin.argon } : {};
  const unlock = { expected: { tid, uid }, secrets: { passphrase }, deriveArgon2id, ...pinned };
  const { urk } = await unwrapWithPassphrase(decodeBase64url(slotOf(keyring, "passphrase").blob), unlock);
  demand(equalConstantTime(deriveRootKeys(urk, root).rootSign.publicKey, root.rootSign.publicKey), "crypto.context");
  return urk;
}

function slotOf({ slots }: Keyring, type: SlotType): Keyring["slots"][number] {
  const slot = slots.find((candidate) => candidate.type === type);
  demand(slot !== undefined, "crypto.context");
  return slot;
}

/** The list with one slot in the place of the one of its type, authenticated anew and one further. */
function replaceSlot(
  keyring: Keyring,
  { root }: Account,
  { type, id, blob }: { readonly type: SlotType; readonly id: Id<"slot">; readonly blob: Uint8Array },
  pin: KeyringPin | undefined,
): KeyringChange {
  const old = slotOf(keyring, type);
  const blobsBefore = keyring.slots.map((slot) => decodeBase64url(slot.blob));
  const mac = { place: root, slotMac: root.slotMac };
  const before = checkSlotSet(decodeBase64url(keyring.slotSet), blobsBefore, pin ? { ...mac, pin: pin.slotSet } : mac);
  const slots = keyring.slots.map((slot) => (slot === old ? { ...slot, id, blob: encodeBase64url(blob) } : slot));
  const blobs = slots.map((slot) => decodeBase64url(slot.blob));
  const slotSeq = before.slotSeq + 1;
  const slotSet = makeSlotSet(root, slotSeq, blobs, root.slotMac);
  const { rootGeneration, rootPub, identity, bundle } = keyring;
  const argon = pin?.argon ? { argon: pin.argon } : {};
  return {
    request: { slots, slotSeq, slotSet: encodeBase64url(slotSet), rootGeneration, rootPub, identity, bundle },
    pin: { slotSet: checkSlotSet(slotSet, blobs, mac), ...argon },
  };
}
