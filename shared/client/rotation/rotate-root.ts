import type { Keyring, keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { readBundle, signBundle } from "#shared/crypto/account/bundle.ts";
import { type Carried, sealCarry } from "#shared/crypto/account/carry.ts";
import { deviceListHashOf } from "#shared/crypto/account/device-cert.ts";
import { type Identity, makeIdentity, sealIdentity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys, makeRootKey, type RootKeys } from "#shared/crypto/account/root.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { deriveBip39SlotSecret, makePhraseEntropy, phraseOf } from "#shared/crypto/slots/bip39.ts";
import { wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { newId } from "#shared/ids.ts";
import { type Account, describeSlot, type KeyringPin } from "../keyring.ts";
import { signed } from "../signed-write.ts";

export interface Rotation {
  /** The account under its new root, with what is left of the old one. */
  readonly account: Account;
  readonly pin: KeyringPin;
  /** The twelve new words. They are shown once, and nothing keeps them. */
  readonly recoveryPhrase: string;
  readonly request: Input<(typeof keyringContract)["changeKeyring"]>;
}

export interface RotationMeans {
  readonly deriveArgon2id: DeriveArgon2id;
  readonly now: Date;
  readonly pin?: KeyringPin | undefined;
}

/**
 * The next root of an open account, with a new identity, a new passphrase and new words. Every other way in is gone and has to be set up
 * again. What lies under the old root is not touched: the new one carries what opens it (`finish-rotation.ts`).
 * @throws crypto.rollback or crypto.context when the server shows another keyring than this account's last
 */
export async function rotateRoot(
  keyring: Keyring,
  account: Account,
  passphrase: string,
  { deriveArgon2id, now, pin }: RotationMeans,
): Promise<Rotation> {
  const { tid, uid } = account;
  const slotSeq = checkPresent(keyring, account, pin) + 1;
  const place = { tid, uid, urkGen: account.root.urkGen + 1 };
  const urk = makeRootKey();
  const root = deriveRootKeys(urk, place);
  const identity = makeIdentity();
  const entropy = makePhraseEntropy();
  const recovery = { ...place, slotId: newId("slot", now), type: "bip39", params: new Uint8Array(0) } as const;
  const slots = [
    await wrapWithPassphrase({ ...place, slotId: newId("slot", now) }, { passphrase }, urk, deriveArgon2id),
    wrapRootKey(recovery, deriveBip39SlotSecret(entropy, uid), urk),
  ];
  const slotSet = makeSlotSet(place, slotSeq, slots, root.slotMac);
  const bundle = signNextBundle(keyring, account, { root, identity, now });
  const carried = carriedOf(account);
  const body = {
    ...{ slots: slots.map(describeSlot), slotSeq, slotSet: encodeBase64url(slotSet), rootGeneration: place.urkGen },
    rootPub: encodeBase64url(root.rootSign.publicKey),
    identity: encodeBase64url(sealIdentity(root, 1, identity)),
    bundle: encodeBase64url(bundle),
    carry: encodeBase64url(sealCarry(root, carried)),
  };
  return {
    account: { tid, uid, root, identity, bundleHash: sha256(bundle), carried },
    pin: { slotSet: checkSlotSet(slotSet, slots, { place: root, slotMac: root.slotMac }) },
    recoveryPhrase: phraseOf(entropy),
    request: signed(account, { what: "keyring.change", seq: slotSeq }, body), // by the root before
  };
}

/** What is to be gone on from is this account's, and not older than what this device saw. */
function checkPresent(keyring: Keyring, { root, bundleHash }: Account, pin: KeyringPin | undefined): number {
  const blobs = keyring.slots.map(({ blob }) => decodeBase64url(blob));
  const mac = { place: root, slotMac: root.slotMac, ...(pin ? { pin: pin.slotSet } : {}) };
  const { slotSeq } = checkSlotSet(decodeBase64url(keyring.slotSet), blobs, mac);
  demand(equalConstantTime(readBundle(decodeBase64url(keyring.bundle)).hash, bundleHash), "crypto.rollback");
  return slotSeq;
}

const carriedOf = ({ root, identity, bundleHash, carried = [] }: Account): Carried[] => [
  ...carried,
  { urkGen: root.urkGen, selfWrap: root.selfWrap, identity, bundleHash },
];

interface NextKeys {
  readonly root: RootKeys;
  readonly identity: Identity;
  readonly now: Date;
}

/** The statement by which the old root hands over: others follow it from the first key to the last. */
function signNextBundle(keyring: Keyring, account: Account, { root, identity, now }: NextKeys): Uint8Array {
  const { bundle: last, hash: prevHash } = readBundle(decodeBase64url(keyring.bundle));
  const next = {
    ...{ tid: last.tid, uid: last.uid, bundleSeq: last.bundleSeq + 1, prevHash, minSuite: last.minSuite },
    ...{ signKey: identity.sign.publicKey, kemKey: identity.kem.publicKey, deviceListHash: deviceListHashOf([]) },
    notBeforeMs: Math.max(now.getTime(), last.notBeforeMs), // a device whose clock went wrong must not end the chain
  };
  return signBundle(next, root.rootSign, account.root.rootSign);
}
