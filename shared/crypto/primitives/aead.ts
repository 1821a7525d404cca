import { CryptoError, demand } from "../encoding/errors.ts";
import { checked, type Key } from "../encoding/key.ts";
import { type AeadKind, type Cipher, provider } from "./provider.ts";

/**
 * AES-256-GCM (nonce 12) and XChaCha20-Poly1305 (nonce 24); output is ciphertext ‖ tag, the tag always 16 bytes.
 *
 * Neither commits to its key: two keys can open one ciphertext to two messages. So nothing at rest uses these directly;
 * it goes through `committed.ts` or `chunked.ts`. The channel does, because its keys come from a confirmed handshake.
 * A (key, nonce) pair must never repeat; the caller counts or derives nonces, nothing here draws them.
 */
export type { AeadKind, Cipher } from "./provider.ts";

export const TAG_BYTES = 16;
export const NONCE_BYTES = { "aes-256-gcm": 12, "xchacha20-poly1305": 24 } as const satisfies Record<AeadKind, number>;

/** The cipher bound to a key: import once, use for many frames. `open` throws crypto.open. */
export function cipherOf(kind: AeadKind, key: Key): Cipher {
  const cipher = provider().cipher(kind, checked(key, 32));
  const size = NONCE_BYTES[kind];
  return {
    seal(nonce, plaintext, aad) {
      return cipher.seal(checked(nonce, size), plaintext, aad);
    },
    open(nonce, sealed, aad) {
      checked(nonce, size);
      demand(sealed.length >= TAG_BYTES, "crypto.format"); // a shorter tag is never looked at
      try {
        return cipher.open(nonce, sealed, aad);
      } catch {
        throw new CryptoError("crypto.open"); // the cause would only say which library refused
      }
    },
  };
}
