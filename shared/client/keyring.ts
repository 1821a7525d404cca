import type { Keyring, keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { FIRST_PREV_HASH, readBundle, signBundle } from "#shared/crypto/account/bundle.ts";
import { type Carried, openCarry } from "#shared/crypto/account/carry.ts";
import { deviceListHashOf } from "#shared/crypto/account/device-cert.ts";
import { type Identity, makeIdentity, openIdentity, sealIdentity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys, makeRootKey, type RootKeys } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { SUITE } from "#shared/crypto/encoding/purposes.ts";
import type { ArgonParams, DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { isSigned } from "#shared/crypto/primitives/sign.ts";
import { readSelfVersion } from "#shared/crypto/sealing/self-seal.ts";
import { deriveBip39SlotSecret, makePhraseEntropy, phraseOf, readPhrase } from "#shared/crypto/slots/bip39.ts";
import { type SlotDevice, unwrapOnDevice, wrapForDevice } from "#shared/crypto/slots/device-slot.ts";
import { deriveHardwareKeySlotSecret, readHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { type SlotPasskey, unwrapWithPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { readSlot, type SlotType, unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet, type SlotSetPin } from "#shared/crypto/slots/slot-set.ts";
import { type Id, newId } from "#shared/ids.ts";

/** Whose keyring: account keys belong to one person in one organisation. */
export interface AccountPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
}

/** An unlocked account. It lives in memory, and only there. */
export interface Account extends AccountPlace {
  readonly root: RootKeys;
  readonly identity: Identity;
  /** H of the key bundle by which others know the identity: signatures name it. */
  readonly bundleHash: Uint8Array;
  /** What is left of the roots before this one, until everything is sealed anew. */
  readonly carried?: readonly Carried[];
}

/** What a client remembers of the last keyring it opened, to refuse an older or weaker one. */
export interface KeyringPin {
  readonly slotSet: SlotSetPin;
  readonly argon?: ArgonParams;
}

export interface NewKeyring {
  readonly account: Account;
  readonly pin: KeyringPin;
  /** The twelve words. They are shown once, and nothing keeps them. */
  readonly recoveryPhrase: string;
  readonly request: Input<(typeof keyringContract)["createKeyring"]>;
}

const FIRST = 1;

/** Draws an account's first keys and wraps its root under a passphrase and a new recovery phrase. */
export async function makeKeyring(
  place: AccountPlace,
  passphrase: string,
  { deriveArgon2id, now }: { readonly deriveArgon2id: DeriveArgon2id; readonly now: Date },
): Promise<NewKeyring> {
  const urk = makeRootKey();
  const root = deriveRootKeys(urk, { ...place, urkGen: FIRST });
  const identity = makeIdentity();
  const entropy = makePhraseEntropy();
  const slotPlace = () => ({ ...place, slotId: newId("slot", now), urkGen: FIRST });
  const recovery = { ...slotPlace(), type: "bip39", params: new Uint8Array(0) } as const;
  const slots = [
    await wrapWithPassphrase(slotPlace(), { passphrase }, urk, deriveArgon2id),
    wrapRootKey(recovery, deriveBip39SlotSecret(entropy, place.uid), urk),
  ];
  const slotSet = makeSlotSet({ ...place, urkGen: FIRST }, FIRST, slots, root.slotMac);
  const bundle = signFirstBundle(place, root, identity, now);
  return {
    account: { ...place, root, identity, bundleHash: sha256(bundle) },
    pin: { slotSet: checkSlotSet(slotSet, slots, { place: root, slotMac: root.slotMac }) },
    recoveryPhrase: phraseOf(entropy),
    request: {
      slots: slots.map(describeSlot),
      slotSeq: FIRST,
      slotSet: encodeBase64url(slotSet),
      rootGeneration: FIRST,
      rootPub: encodeBase64url(root.rootSign.publicKey),
      identity: encodeBase64url(sealIdentity(root, FIRST, identity)),
      bundle: encodeBase64url(bundle),
    },
  };
}

function signFirstBundle(place: AccountPlace, root: RootKeys, identity: Identity, now: Date): Uint8Array {
  const keys = { signKey: identity.sign.publicKey, kemKey: identity.kem.publicKey };
  const chain = { bundleSeq: FIRST, prevHash: FIRST_PREV_HASH, deviceListHash: deviceListHashOf([]) };
  return signBundle({ ...place, ...keys, ...chain, minSuite: SUITE, notBeforeMs: now.getTime() }, root.rootSign);
}

export function describeSlot(blob: Uint8Array) {
  const { slotId, type } = readSlot(blob);
  return { id: slotId, type, blob: encodeBase64url(blob) };
}

export interface Unlocked {
  readonly account: Account;
  readonly pin: KeyringPin;
  /** The slot asked for by `keepFor`. It opens the same root, and the platform is not told of it. */
  readonly kept?: Uint8Array;
}

/** A device that shall open the account again without being asked: it keeps the slot, and apart from it the key. */
interface KeepFor extends SlotDevice {
  readonly slotId: Id<"slot">;
}

export interface Unlocking {
  readonly pin?: KeyringPin | undefined;
  readonly keepFor?: KeepFor | undefined;
}

/**
 * Opens a keyring by passphrase. Parameters are checked before anything is derived.
 * @throws crypto.commitment for a wrong passphrase; crypto.kdf_params, crypto.rollback or crypto.context when the server lies.
 */
export async function unlockByPassphrase(
  keyring: Keyring,
  place: AccountPlace,
  passphrase: string,
  { deriveArgon2id, pin, keepFor }: Unlocking & { readonly deriveArgon2id: DeriveArgon2id },
): Promise<Unlocked> {
  const slot = slotOf(keyring, "passphrase");
  const pinned = pin?.argon ? { pinned: pin.argon } : {};
  const unlock = { expected: place, secrets: { passphrase }, deriveArgon2id, ...pinned };
  const { urk, slot: opened, params } = await unwrapWithPassphrase(slot, unlock);
  const unlocked = openAccount(keyring, { ...place, urkGen: opened.urkGen }, urk, { pin, keepFor });
  return { ...unlocked, pin: { ...unlocked.pin, argon: params } };
}

/** Opens a keyring by the twelve words. @throws crypto.phrase when they are no phrase, crypto.commitment when they are another's. */
export function unlockByPhrase(
  keyring: Keyring,
  place: AccountPlace,
  phrase: string,
  unlocking: Unlocking = {},
): Unlocked {
  const secret = deriveBip39SlotSecret(readPhrase(phrase), place.uid);
  const opened = unwrapRootKey(slotOf(keyring, "bip39"), { ...place, type: "bip39" }, secret);
  return openBy(keyring, place, opened, unlocking);
}

/** Opens a keyring by the key that is kept apart. @throws crypto.phrase when it is no such key, crypto.commitment when it is another's. */
export function unlockByRecoveryKey(
  keyring: Keyring,
  place: AccountPlace,
  typed: string,
  unlocking: Unlocking = {},
): Unlocked {
  const secret = deriveHardwareKeySlotSecret(readHardwareKey(typed), place.uid);
  const opened = unwrapRootKey(slotOf(keyring, "hardware_key"), { ...place, type: "hardware_key" }, secret);
  return openBy(keyring, place, opened, unlocking);
}

/** Opens a keyring by what a passkey's authenticator computed. @throws crypto.context for a passkey that has no slot, crypto.commitment for another's. */
export function unlockByPasskey(
  keyring: Keyring,
  place: AccountPlace,
  passkey: SlotPasskey,
  unlocking: Unlocking = {},
): Unlocked {
  const at = passkeyIdsOf(keyring).findIndex((id) => equalConstantTime(id, passkey.credentialId));
  const slot = passkeySlotsOf(keyring)[at];
  demand(slot !== undefined, "crypto.context");
  return openBy(keyring, place, unwrapWithPasskey(slot, place, passkey), unlocking);
}

const passkeySlotsOf = ({ slots }: Keyring): Uint8Array[] =>
  slots.filter(({ type }) => type === "passkey").map(({ blob }) => decodeBase64url(blob));

/** The credential ids of the passkeys that open it, as the server tells; nothing is proven of them before one has opened. */
export const passkeyIdsOf = (keyring: Keyring): Uint8Array[] =>
  passkeySlotsOf(keyring).map((blob) => readSlot(blob).params);

/** Opens a keyring by a slot that this device has kept. @throws crypto.commitment for another key, crypto.context for a root that is no more */
export function unlockByKept(
  keyring: Keyring,
  place: AccountPlace,
  { slot, device }: { readonly slot: Uint8Array; readonly device: SlotDevice },
  pin?: KeyringPin,
): Unlocked {
  return openBy(keyring, place, unwrapOnDevice(slot, place, device), { pin });
}

/** What was seen of the passphrase's cost stays remembered where another way was taken. */
export function openBy(keyring: Keyring, place: AccountPlace, { slot, urk }: OpenedSlot, how: Unlocking): Unlocked {
  const unlocked = openAccount(keyring, { ...place, urkGen: slot.urkGen }, urk, how);
  return { ...unlocked, pin: withArgon(unlocked.pin, how.pin) };
}

/** A root key, and of which generation it is. */
interface OpenedSlot {
  readonly slot: { readonly urkGen: number };
  readonly urk: Key;
}

const withArgon = (pin: KeyringPin, before: KeyringPin | undefined): KeyringPin =>
  before?.argon ? { argon: before.argon, ...pin } : pin;

export function slotOf(keyring: Keyring, type: SlotType): Uint8Array {
  const slot = keyring.slots.find((candidate) => candidate.type === type);
  demand(slot !== undefined, "crypto.context");
  return decodeBase64url(slot.blob);
}

/** What every way of unlocking ends in: the root proves which slots exist, which identity is its own, and that it is not older. */
function openAccount(
  keyring: Keyring,
  place: AccountPlace & { urkGen: number },
  urk: Key,
  { pin, keepFor }: Unlocking,
): Unlocked {
  const root = deriveRootKeys(urk, place);
  demand(equalConstantTime(decodeBase64url(keyring.rootPub), root.rootSign.publicKey), "crypto.context");
  const slots = keyring.slots.map(({ blob }) => decodeBase64url(blob));
  const slotSet = checkSlotSet(decodeBase64url(keyring.slotSet), slots, {
    place: root,
    slotMac: root.slotMac,
    ...(pin ? { pin: pin.slotSet } : {}),
  });
  const sealedIdentity = decodeBase64url(keyring.identity);
  const identity = openIdentity(root, readSelfVersion(sealedIdentity), sealedIdentity);
  const { tid, uid } = place;
  const bundleHash = checkOwnBundle(keyring, root, identity);
  const carry = keyring.carry ? { carried: openCarry(root, decodeBase64url(keyring.carry)) } : {};
  const account = { tid, uid, root, identity, bundleHash, ...carry };
  if (!keepFor) return { account, pin: { slotSet } };
  return { account, pin: { slotSet }, kept: wrapForDevice({ ...place, slotId: keepFor.slotId }, keepFor, urk) };
}

/** What others are told of these keys is what they are, and the root has signed it. */
function checkOwnBundle(keyring: Keyring, { tid, uid, rootSign }: RootKeys, { sign, kem }: Identity): Uint8Array {
  const { bundle, body, signature, hash } = readBundle(decodeBase64url(keyring.bundle));
  const keys = [
    [bundle.rootKey, rootSign.publicKey],
    [bundle.signKey, sign.publicKey],
    [bundle.kemKey, kem.publicKey],
  ] as const;
  const isOwn = bundle.tid === tid && bundle.uid === uid && keys.every(([told, own]) => equalConstantTime(told, own));
  demand(isOwn, "crypto.context");
  demand(isSigned("bundle", body, signature, rootSign.publicKey), "crypto.signature");
  return hash;
}
