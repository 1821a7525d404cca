import { isHeld, type Keyring, type keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { deriveRootKeys } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { type RecoveryKey, wrapForContacts } from "#shared/crypto/recovery/contacts-slot.ts";
import { deriveBip39SlotSecret, makePhraseEntropy, phraseOf } from "#shared/crypto/slots/bip39.ts";
import { deriveHardwareKeySlotSecret, hardwareKeyText, makeHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { type SlotPasskey, wrapWithPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { type SlotType, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { type Id, newId } from "#shared/ids.ts";
import { ApiError, type Client } from "./api-client.ts";
import type { Account, KeyringPin } from "./keyring.ts";
import { signed } from "./signed-write.ts";

export interface KeyringChange {
  readonly request: Input<(typeof keyringContract)["changeKeyring"]>;
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
  return putSlot(keyring, account, { type: "passphrase", id: place.slotId, blob }, means.pin);
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
  const slot = { ...place, type: "bip39", params: NO_PARAMS } as const;
  const blob = wrapRootKey(slot, deriveBip39SlotSecret(entropy, account.uid), urk);
  const change = putSlot(keyring, account, { type: "bip39", id: place.slotId, blob }, means.pin);
  return { ...change, recoveryPhrase: phraseOf(entropy) };
}

/** A recovery key, the first one or one in place of the last, of which the same is true as of words. @throws as changePassphrase */
export async function renewRecoveryKey(
  keyring: Keyring,
  account: Account,
  present: string,
  means: Means,
): Promise<KeyringChange & { readonly recoveryKey: string }> {
  const urk = await openRoot(keyring, account, present, means);
  const secret = makeHardwareKey();
  const place = slotPlaceOf(account, means.now);
  const slot = { ...place, type: "hardware_key", params: NO_PARAMS } as const;
  const blob = wrapRootKey(slot, deriveHardwareKeySlotSecret(secret, account.uid), urk);
  const change = putSlot(keyring, account, { type: "hardware_key", id: place.slotId, blob }, means.pin);
  return { ...change, recoveryKey: hardwareKeyText(secret) };
}

/** One more passkey, beside those there are. @throws as changePassphrase */
export async function addPasskey(
  keyring: Keyring,
  account: Account,
  { present, passkey }: { readonly present: string; readonly passkey: SlotPasskey },
  means: Means,
): Promise<KeyringChange> {
  const urk = await openRoot(keyring, account, present, means);
  const place = slotPlaceOf(account, means.now);
  const blob = encodeBase64url(wrapWithPasskey(place, passkey, urk));
  return changeSlots(keyring, account, (slots) => [...slots, { id: place.slotId, type: "passkey", blob }], means.pin);
}

/** A way for contacts together, in place of the one before. @throws as changePassphrase */
export async function putContactsSlot(
  keyring: Keyring,
  account: Account,
  { present, recovery }: { readonly present: string; readonly recovery: RecoveryKey },
  means: Means,
): Promise<KeyringChange & { readonly slotId: Id<"slot"> }> {
  const urk = await openRoot(keyring, account, present, means);
  const place = slotPlaceOf(account, means.now);
  const blob = wrapForContacts(place, recovery, urk);
  const change = putSlot(keyring, account, { type: "contacts", id: place.slotId, blob }, means.pin);
  return { ...change, slotId: place.slotId };
}

/**
 * Takes a way out of the list. A copy of its slot still opens, as after every change here; and what only an authenticator holds is
 * never left alone.
 * @throws LastWay; otherwise as changePassphrase
 */
export async function removeSlot(
  keyring: Keyring,
  account: Account,
  { present, slotId }: { readonly present: string; readonly slotId: Id<"slot"> },
  means: Means,
): Promise<KeyringChange> {
  await openRoot(keyring, account, present, means);
  return changeSlots(keyring, account, (slots) => slots.filter(({ id }) => id !== slotId), means.pin);
}

/**
 * Has the server keep a keyring that was made here. A reply that got lost, or a repetition refused because the first one had arrived,
 * is not taken for a failure: what the server lists then is compared with what it was asked to keep.
 * @throws ApiError("keyring.changed") when another device was faster
 */
export async function keepKeyring(
  api: Pick<Client<typeof keyringContract>, "getKeyring" | "changeKeyring">,
  request: KeyringChange["request"],
): Promise<void> {
  try {
    await api.changeKeyring(request);
  } catch (error) {
    const isUnclear = error instanceof ApiError && UNCLEAR.includes(error.code);
    if (!isUnclear || (await api.getKeyring({})).slotSet !== request.slotSet) throw error;
  }
}

const UNCLEAR: readonly ApiError["code"][] = ["network", "reply", "keyring.changed"];

/** Without it nothing that the person holds would open the account: a lost authenticator would be a lost vault. */
export class LastWay extends Error {
  override readonly name = "LastWay";
}

const NO_PARAMS = new Uint8Array(0);

const slotPlaceOf = ({ tid, uid, root }: Account, now: Date) => ({
  ...{ tid, uid, slotId: newId("slot", now), urkGen: root.urkGen },
});

/** That whoever asks knows the passphrase. @throws crypto.commitment for a wrong one */
export async function demandPassphrase(
  keyring: Keyring,
  account: Account,
  passphrase: string,
  means: Pick<Means, "deriveArgon2id"> & { readonly pin?: KeyringPin | undefined },
): Promise<void> {
  await openRoot(keyring, account, passphrase, means);
}

/** An open browser alone does not hold what wraps the root anew: the passphrase does. */
async function openRoot(
  keyring: Keyring,
  { tid, uid, root }: Account,
  passphrase: string,
  { deriveArgon2id, pin }: Pick<Means, "deriveArgon2id"> & { readonly pin?: KeyringPin | undefined },
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

type Slots = Keyring["slots"];

/** The slot in the place of the one of its type, or behind the others where there is none yet. */
function putSlot(
  keyring: Keyring,
  account: Account,
  { type, id, blob }: { readonly type: SlotType; readonly id: Id<"slot">; readonly blob: Uint8Array },
  pin: KeyringPin | undefined,
): KeyringChange {
  const next = { type, id, blob: encodeBase64url(blob) };
  const put = (slots: Slots) =>
    slots.some((slot) => slot.type === type)
      ? slots.map((slot) => (slot.type === type ? next : slot))
      : [...slots, next];
  return changeSlots(keyring, account, put, pin);
}

/** Every change of the list goes this way: the one served is checked, and the next one authenticated and one further. */
function changeSlots(
  keyring: Keyring,
  account: Account,
  change: (slots: Slots) => Slots,
  pin: KeyringPin | undefined,
): KeyringChange {
  const { root } = account;
  const mac = { place: root, slotMac: root.slotMac };
  const pinned = pin ? { ...mac, pin: pin.slotSet } : mac;
  const before = checkSlotSet(decodeBase64url(keyring.slotSet), blobsOf(keyring.slots), pinned);
  const slots = change(keyring.slots);
  if (!slots.some(({ type }) => isHeld(type)))
    throw new LastWay("This is the last way to open the vault that you hold yourself.");
  const slotSeq = before.slotSeq + 1;
  const slotSet = makeSlotSet(root, slotSeq, blobsOf(slots), root.slotMac);
  const { rootGeneration, rootPub, identity, bundle } = keyring;
  const argon = pin?.argon ? { argon: pin.argon } : {};
  const body = { slots, slotSeq, slotSet: encodeBase64url(slotSet), rootGeneration, rootPub, identity, bundle };
  return {
    request: signed(account, { what: "keyring.change", seq: slotSeq }, body),
    pin: { slotSet: checkSlotSet(slotSet, blobsOf(slots), mac), ...argon },
  };
}

const blobsOf = (slots: Slots): Uint8Array[] => slots.map(({ blob }) => decodeBase64url(blob));
