import { concat, erase, u8, utf8 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { checked, type Key } from "../encoding/key.ts";
import { readerOf } from "../encoding/reader.ts";
import {
  ARGON_PARAMS,
  ARGON_SALT_BYTES,
  type ArgonParams,
  checkArgonParams,
  type DeriveArgon2id,
  readArgonParams,
  writeArgonParams,
} from "../primitives/argon-params.ts";
import { makeBytes } from "../primitives/random.ts";
import { readSlot, type Slot, type SlotPlace, unwrapRootKey, wrapRootKey } from "./slot.ts";

/**
 * Slot type 01. slotSecret = Argon2id(NFKD(passphrase), argonSalt 16), followed by the 32 byte device secret ("Secret Key")
 * when bit 0 of the flags is set. The passphrase and everything derived from it stay in the browser.
 *
 * NFKD: one phrase typed on two systems gives the same bytes. Spaces and case are kept: they are the user's.
 */
const WITH_DEVICE_SECRET = 1;

export interface PassphraseSecrets {
  readonly passphrase: string;
  readonly deviceSecret?: Uint8Array;
}

/** Always uses the compiled cost, whatever an older slot said. */
export async function wrapWithPassphrase(
  place: SlotPlace,
  secrets: PassphraseSecrets,
  urk: Key,
  deriveArgon2id: DeriveArgon2id,
): Promise<Uint8Array> {
  const flags = secrets.deviceSecret ? WITH_DEVICE_SECRET : 0;
  const salt = makeBytes(ARGON_SALT_BYTES);
  const slot: Slot = { ...place, type: "passphrase", params: concat(u8(flags), writeArgonParams(ARGON_PARAMS), salt) };
  const secret = await deriveSecret(ARGON_PARAMS, salt, secrets, deriveArgon2id);
  const wrapped = wrapRootKey(slot, secret, urk);
  erase(secret);
  return wrapped;
}

export interface PassphraseUnlock {
  readonly expected: Pick<SlotPlace, "tid" | "uid">;
  readonly secrets: PassphraseSecrets;
  /** The cost this client last saw succeed; anything lower is refused. */
  readonly pinned?: ArgonParams;
  readonly deriveArgon2id: DeriveArgon2id;
}

/** @throws crypto.kdf_params before deriving; crypto.commitment for a wrong passphrase or a slot that is not this user's. */
export async function unwrapWithPassphrase(bytes: Uint8Array, unlock: PassphraseUnlock) {
  const slot = readSlot(bytes);
  demand(slot.type === "passphrase", "crypto.commitment");
  const { flags, params, salt } = readParams(slot.params);
  checkArgonParams(params, unlock.pinned);
  // Following the slot's own flag would let a server talk the client out of its device secret.
  demand((flags === WITH_DEVICE_SECRET) === (unlock.secrets.deviceSecret !== undefined), "crypto.commitment");
  const secret = await deriveSecret(params, salt, unlock.secrets, unlock.deriveArgon2id);
  const opened = unwrapRootKey(bytes, { ...unlock.expected, type: "passphrase" }, secret);
  erase(secret);
  return { ...opened, params };
}

function readParams(bytes: Uint8Array) {
  const reader = readerOf(bytes);
  const flags = reader.u8();
  demand(flags === 0 || flags === WITH_DEVICE_SECRET, "crypto.format");
  const params = readArgonParams(reader);
  const salt = reader.take(ARGON_SALT_BYTES);
  reader.end();
  return { flags, params, salt };
}

async function deriveSecret(params: ArgonParams, salt: Uint8Array, secrets: PassphraseSecrets, derive: DeriveArgon2id) {
  const phrase = utf8(secrets.passphrase.normalize("NFKD"));
  const stretched = checked(await derive(params, phrase, salt), 32);
  erase(phrase);
  return concat(stretched, secrets.deviceSecret ? checked(secrets.deviceSecret, 32) : new Uint8Array(0));
}
