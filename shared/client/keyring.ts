import type { Input } from "#shared/contracts/route.ts";
import type { Keyring, vaultContract } from "#shared/contracts/vault.ts";
import { FIRST_PREV_HASH, readBundle, signBundle } from "#shared/crypto/account/bundle.ts";
import { deviceListHashOf } from "#shared/crypto/account/device-cert.ts";
import { type Identity, makeIdentity, openIdentity, sealIdentity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys, makeRootKey, type RootKeys } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { SUITE } from "#shared/crypto/encoding/purposes.ts";
import type { ArgonParams, DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { readSelfVersion } from "#shared/crypto/sealing/self-seal.ts";
import { deriveBip39SlotSecret, makePhraseEntropy, phraseOf, readPhrase } from "#shared/crypto/slots/bip39.ts";
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
  readonly request: Input<(typeof vaultContract)["createKeyring"]>;
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
  return {
    account: { ...place, root, identity },
    pin: { slotSet: checkSlotSet(slotSet, slots, { place: root, slotMac: root.slotMac }) },
    recoveryPhrase: phraseOf(entropy),
    request: {
      slots: slots.map(describeSlot),
      slotSeq: FIRST,
      slotSet: encodeBase64url(slotSet),
      rootGeneration: FIRST,
      rootPub: encodeBase64url(root.rootSign.publicKey),
      identity: encodeBase64url(sealIdentity(root, FIRST, identity)),
      bundle: encodeBase64url(signFirstBundle(place, root, identity, now)),
    },
  };
}

function signFirstBundle(place: AccountPlace, root: RootKeys, identity: Identity, now: Date): Uint8Array {
  const keys = { signKey: identity.sign.publicKey, kemKey: identity.kem.publicKey };
  const chain = { bundleSeq: FIRST, prevHash: FIRST_PREV_HASH, deviceListHash: deviceListHashOf([]) };
  return signBundle({ ...place, ...keys, ...chain, minSuite: SUITE, notBeforeMs: now.getTime() }, root.rootSign);
}

function describeSlot(blob: Uint8Array) {
  const { slotId, type } = readSlot(blob);
  return { id: slotId, type, blob: encodeBase64url(blob) };
}

export interface Unlocked {
  readonly account: Account;
  readonly pin: KeyringPin;
}

/**
 * Opens a keyring by passphrase. Parameters are checked before anything is derived.
 * @throws crypto.commitment for a wrong passphrase; crypto.kdf_params, crypto.rollback or crypto.context when the server lies.
 */
export async function unlockByPassphrase(
  keyring: Keyring,
  place: AccountPlace,
  passphrase: string,
  { deriveArgon2id, pin }: { readonly deriveArgon2id: DeriveArgon2id; readonly pin?: KeyringPin },
): Promise<Unlocked> {
  const slot = slotOf(keyring, "passphrase");
  const pinned = pin?.argon ? { pinned: pin.argon } : {};
  const unlock = { expected: place, secrets: { passphrase }, deriveArgon2id, ...pinned };
  const { urk, slot: opened, params } = await unwrapWithPassphrase(slot, unlock);
  const unlocked = openAccount(keyring, { ...place, urkGen: opened.urkGen }, urk, pin);
  return { ...unlocked, pin: { ...unlocked.pin, argon: params } };
}

/** Opens a keyring by the twelve words. @throws crypto.phrase when they are no phrase, crypto.commitment when they are another's. */
export function unlockByPhrase(keyring: Keyring, place: AccountPlace, phrase: string, pin?: KeyringPin): Unlocked {
  const secret = deriveBip39SlotSecret(readPhrase(phrase), place.uid);
  const { urk, slot } = unwrapRootKey(slotOf(keyring, "bip39"), { ...place, type: "bip39" }, secret);
  const unlocked = openAccount(keyring, { ...place, urkGen: slot.urkGen }, urk, pin);
  return { ...unlocked, pin: { ...(pin?.argon ? { argon: pin.argon } : {}), ...unlocked.pin } };
}

function slotOf(keyring: Keyring, type: SlotType): Uint8Array {
  const slot = keyring.slots.find((candidate) => candidate.type === type);
  demand(slot !== undefined, "crypto.context");
  return decodeBase64url(slot.blob);
}

/** What every way of unlocking ends in: the root proves which slots exist, which identity is its own, and that it is not older. */
function openAccount(keyring: Keyring, place: AccountPlace & { urkGen: number }, urk: Key, pin?: KeyringPin): Unlocked {
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
  const { bundle } = readBundle(decodeBase64url(keyring.bundle));
  demand(equalConstantTime(bundle.signKey, identity.sign.publicKey), "crypto.context");
  const { tid, uid } = place;
  return { account: { tid, uid, root, identity }, pin: { slotSet } };
}
