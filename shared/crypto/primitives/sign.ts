import { hexToBytes } from "@noble/hashes/utils.js";
import { byteAt, concat } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { checked } from "../encoding/key.ts";
import { labelOf, type SignPurpose } from "../encoding/purposes.ts";
import { sha256 } from "./hash.ts";
import { provider } from "./provider.ts";
import { makeBytes } from "./random.ts";

/**
 * Ed25519 (RFC 8032, strict). What is signed is always
 *
 *   "ocmt/v1/<purpose>\0" ‖ SHA-256(body)
 *
 * Secret keys are kept as their 32 byte seed, public keys are 32 bytes, signatures 64.
 */
export type SignPublicKey = Uint8Array & { readonly __brand: "SignPublicKey" };
export type SignSecretKey = Uint8Array & { readonly __brand: "SignSecretKey" };
export interface SignKeys {
  readonly publicKey: SignPublicKey;
  readonly secretKey: SignSecretKey;
}

export const SIGNATURE_BYTES = 64;

export const makeSignKeys = (): SignKeys => deriveSignKeys(makeBytes(32));

/** The pair of a 32 byte seed that was drawn or derived elsewhere. */
export function deriveSignKeys(seed: Uint8Array): SignKeys {
  const secretKey = asSignSecretKey(Uint8Array.from(seed));
  return { publicKey: asSignPublicKey(blinded(() => provider().publicKeyOf(secretKey))), secretKey };
}

/** Noble blinds what it does with a secret key by chance of its own; it is no part of the result. @throws crypto.rng where there is none */
function blinded(work: () => Uint8Array): Uint8Array {
  try {
    return work();
  } catch (cause) {
    throw new CryptoError("crypto.rng", { cause });
  }
}

const asSignSecretKey = (bytes: Uint8Array): SignSecretKey => checked(bytes, 32) as SignSecretKey;

/** @throws crypto.key for a wrong length, an encoding with y ≥ p, or a point of small order (it would verify anything). */
export function asSignPublicKey(bytes: Uint8Array): SignPublicKey {
  demand(bytes.length === 32 && !isWeak(bytes), "crypto.key");
  return bytes as SignPublicKey;
}

export function sign(purpose: SignPurpose, body: Uint8Array, secretKey: SignSecretKey): Uint8Array {
  const seed = checked(secretKey, 32);
  return blinded(() => provider().sign(messageOf(purpose, body), seed));
}

export function isSigned(
  purpose: SignPurpose,
  body: Uint8Array,
  signature: Uint8Array,
  publicKey: SignPublicKey,
): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== 32 || isWeak(publicKey)) return false;
  return provider().verify(signature, messageOf(purpose, body), publicKey);
}

/** @throws crypto.signature */
export function verify(purpose: SignPurpose, body: Uint8Array, signature: Uint8Array, publicKey: SignPublicKey): void {
  if (!isSigned(purpose, body, signature, publicKey)) throw new CryptoError("crypto.signature");
}

const messageOf = (purpose: SignPurpose, body: Uint8Array) => concat(labelOf(purpose), sha256(body));

/** The y coordinates of the eight points of small order (RFC 7748 §7 and its Edwards image); the sign bit is ignored. */
const SMALL_ORDER_Y = [
  "0100000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map((hex) => hexToBytes(hex));

/** Checked here because OpenSSL, unlike noble, accepts such keys. Public keys are public: no constant time needed. */
function isWeak(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  y[31] = byteAt(y, 31) & 0x7f;
  const tooLarge = y[31] === 0x7f && y.subarray(1, 31).every((byte) => byte === 0xff) && byteAt(y, 0) >= 0xed;
  return tooLarge || SMALL_ORDER_Y.some((small) => small.every((byte, i) => byte === y[i]));
}
