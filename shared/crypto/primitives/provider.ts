import { gcm } from "@noble/ciphers/aes.js";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * Who does the arithmetic. The default is noble, which runs everywhere; the agent installs Node's own for the four hot
 * things: frames and bulk ciphers (a key imported once, as a KeyObject), Ed25519 and SHA-256 of the state. The bytes are
 * the same; test/unit/crypto/cross-library.test.ts compares them. Nothing but arithmetic may differ: lengths, tags, labels and
 * the refusal of weak keys are checked by the callers, before any provider sees the input.
 */
export interface Provider {
  /** `key` 32 bytes; nonces of 12 and 24 bytes; tag 16 bytes behind the ciphertext. */
  readonly cipher: (kind: AeadKind, key: Uint8Array) => Cipher;
  /** The Ed25519 public key of a 32 byte seed. */
  readonly publicKeyOf: (seed: Uint8Array) => Uint8Array;
  readonly sign: (message: Uint8Array, seed: Uint8Array) => Uint8Array;
  /** Answers false; does not throw. */
  readonly verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;
  readonly startHash: () => RunningHash;
}

export type AeadKind = "aes-256-gcm" | "xchacha20-poly1305";

/** A cipher bound to one key. `open` throws when the tag does not hold. */
export interface Cipher {
  seal(nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array;
  open(nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array;
}

/** SHA-256 of bytes which arrive in pieces. */
interface RunningHash {
  update(part: Uint8Array): void;
  digest(): Uint8Array;
}

export const nobleProvider: Provider = {
  cipher: (kind, key) => ({
    seal: (nonce, plaintext, aad) => nobleCipher(kind)(key, nonce, aad).encrypt(plaintext),
    open: (nonce, sealed, aad) => nobleCipher(kind)(key, nonce, aad).decrypt(sealed),
  }),
  publicKeyOf: (seed) => ed25519.getPublicKey(seed),
  sign: (message, seed) => ed25519.sign(message, seed),
  verify: (signature, message, publicKey) => ed25519.verify(signature, message, publicKey, { zip215: false }),
  startHash: () => {
    const hash = sha256.create();
    return { update: (part) => void hash.update(part), digest: () => hash.digest() };
  },
};

let installed: Provider = nobleProvider;

const nobleCipher = (kind: AeadKind) => (kind === "aes-256-gcm" ? gcm : xchacha20poly1305);

/** Once, at the start of a process. What is not given stays with noble. */
export function installProvider(parts: Partial<Provider>): void {
  installed = { ...nobleProvider, ...parts };
}

export const provider = (): Provider => installed;
