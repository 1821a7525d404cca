import type { Input } from "#shared/contracts/route.ts";
import type { Keyring, vaultContract } from "#shared/contracts/vault.ts";
import type { DeriveArgon2id } from "#shared/crypto/argon-params.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/base64url.ts";
import { equalConstantTime } from "#shared/crypto/bytes.ts";
import { demand } from "#shared/crypto/errors.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/passphrase-slot.ts";
import { deriveRootKeys } from "#shared/crypto/root.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slot-set.ts";
import { newId } from "#shared/ids.ts";
import type { Account, KeyringPin } from "./keyring.ts";

export interface PassphraseChange {
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
  { tid, uid, root }: Account,
  { present, next }: { readonly present: string; readonly next: string },
  { deriveArgon2id, now, pin }: Means,
): Promise<PassphraseChange> {
  const blobsBefore = keyring.slots.map(({ blob }) => decodeBase64url(blob));
  const mac = { place: root, slotMac: root.slotMac };
  const before = checkSlotSet(decodeBase64url(keyring.slotSet), blobsBefore, pin ? { ...mac, pin: pin.slotSet } : mac);
  const old = keyring.slots.find(({ type }) => type === "passphrase");
  demand(old !== undefined, "crypto.context");
  const pinned = pin?.argon ? { pinned: pin.argon } : {};
  const unlock = { expected: { tid, uid }, secrets: { passphrase: present }, deriveArgon2id, ...pinned };
  const { urk } = await unwrapWithPassphrase(decodeBase64url(old.blob), unlock);
  demand(equalConstantTime(deriveRootKeys(urk, root).rootSign.publicKey, root.rootSign.publicKey), "crypto.context");

  const id = newId("slot", now);
  const slotPlace = { tid, uid, slotId: id, urkGen: root.urkGen };
  const blob = await wrapWithPassphrase(slotPlace, { passphrase: next }, urk, deriveArgon2id);
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
