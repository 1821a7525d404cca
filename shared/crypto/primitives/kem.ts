import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { CryptoError, demand } from "../encoding/errors.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { makeBytes } from "./random.ts";

/**
 * X-Wing: ML-KEM-768 with X25519 (draft-connolly-cfrg-xwing-kem, HPKE id 0x647a). Safe while either half is.
 *
 *   public key 1216 = ML-KEM 1184 ‖ X25519 32        ciphertext 1120 = ML-KEM 1088 ‖ X25519 32
 *   secret key 32 (a seed)                            shared secret 32
 *
 * A ciphertext for another key decapsulates to another secret without an error (implicit rejection): what follows must
 * prove knowledge of the secret, which the commitment in `sealed-to.ts` and key confirmation in the channel do.
 */
export type KemPublicKey = Uint8Array & { readonly __brand: "KemPublicKey" };
export type KemSecretKey = Uint8Array & { readonly __brand: "KemSecretKey" };
export interface KemKeys {
  readonly publicKey: KemPublicKey;
  readonly secretKey: KemSecretKey;
}

export const KEM_PUBLIC_KEY_BYTES = 1216;
export const KEM_CIPHERTEXT_BYTES = 1120;

export const makeKemKeys = (): KemKeys => deriveKemKeys(makeBytes(32));

export function deriveKemKeys(seed: Uint8Array): KemKeys {
  const secretKey = Uint8Array.from(checked(seed, 32));
  return {
    publicKey: asKemPublicKey(ml_kem768_x25519.keygen(Uint8Array.from(secretKey)).publicKey),
    secretKey: asKemSecretKey(secretKey),
  };
}

export const asKemSecretKey = (bytes: Uint8Array): KemSecretKey => checked(bytes, 32) as KemSecretKey;

/** Checks the length only: ML-KEM's own check of the coefficients runs in `encapsulate`. */
export function asKemPublicKey(bytes: Uint8Array): KemPublicKey {
  return checked(bytes, KEM_PUBLIC_KEY_BYTES) as KemPublicKey;
}

/** @throws crypto.key if the public key is malformed. */
export function encapsulate(publicKey: KemPublicKey): { readonly ciphertext: Uint8Array; readonly secret: Key } {
  checked(publicKey, KEM_PUBLIC_KEY_BYTES);
  const coins = makeBytes(64); // 32 for ML-KEM, 32 for X25519
  try {
    const { cipherText, sharedSecret } = ml_kem768_x25519.encapsulate(publicKey, coins);
    return { ciphertext: cipherText, secret: asKey(sharedSecret) };
  } catch (cause) {
    throw new CryptoError("crypto.key", { cause });
  }
}

/** @throws crypto.format if the ciphertext has the wrong length or carries an X25519 point of small order. */
export function decapsulate(ciphertext: Uint8Array, secretKey: KemSecretKey): Key {
  demand(ciphertext.length === KEM_CIPHERTEXT_BYTES, "crypto.format");
  try {
    return asKey(ml_kem768_x25519.decapsulate(ciphertext, checked(secretKey, 32)));
  } catch (cause) {
    throw new CryptoError("crypto.format", { cause });
  }
}
