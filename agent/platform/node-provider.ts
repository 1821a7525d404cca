import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign as signNative,
  verify as verifyNative,
} from "node:crypto";
import { hchacha } from "@noble/ciphers/chacha.js";
import { u32 } from "@noble/ciphers/utils.js";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import type { AeadKind, Cipher, Provider } from "#shared/crypto/primitives/provider.ts";

/** Node's own arithmetic behind the `Provider` interface: the agent's, and to the tests a second implementation. */
export const nodeProvider: Provider = {
  cipher: (kind, key) => (kind === "aes-256-gcm" ? gcmOf(key) : xchachaOf(key)),
  publicKeyOf: (seed) =>
    Uint8Array.from(createPublicKey(privateKeyOf(seed)).export({ format: "der", type: "spki" }).subarray(-32)),
  sign: (message, seed) => Uint8Array.from(signNative(null, message, privateKeyOf(seed))),
  verify(signature, message, publicKey) {
    const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
    try {
      return verifyNative(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
    } catch {
      return false;
    }
  },
  startHash() {
    const hash = createHash("sha256");
    return { update: (part) => void hash.update(part), digest: () => Uint8Array.from(hash.digest()) };
  },
};

const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const privateKeyOf = (seed: Uint8Array) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });

const NATIVE_NAME = { "aes-256-gcm": "aes-256-gcm", "xchacha20-poly1305": "chacha20-poly1305" } as const;

function gcmOf(key: Uint8Array): Cipher {
  const object = createSecretKey(key);
  return {
    seal: (nonce, plaintext, aad) => seal("aes-256-gcm", object, nonce, plaintext, aad),
    open: (nonce, sealed, aad) => open("aes-256-gcm", object, nonce, sealed, aad),
  };
}

/**
 * XChaCha20 is ChaCha20 under HChaCha20(key, first 16 bytes of the nonce), its nonce 4 zero bytes and the other 8. The chunks
 * of one message share those 16 bytes, so the last subkey is kept.
 */
function xchachaOf(key: Uint8Array): Cipher {
  let last: { readonly prefix: Uint8Array; readonly subkey: SecretKey } | undefined;
  const subkeyOf = (nonce: Uint8Array) => {
    const prefix = nonce.slice(0, 16);
    if (!last || !equalConstantTime(last.prefix, prefix)) last = { prefix, subkey: deriveSubkey(key, prefix) };
    return last.subkey;
  };
  const innerOf = (nonce: Uint8Array) => {
    const inner = new Uint8Array(12);
    inner.set(nonce.subarray(16), 4);
    return inner;
  };
  return {
    seal: (nonce, plaintext, aad) => seal("xchacha20-poly1305", subkeyOf(nonce), innerOf(nonce), plaintext, aad),
    open: (nonce, sealed, aad) => open("xchacha20-poly1305", subkeyOf(nonce), innerOf(nonce), sealed, aad),
  };
}

function deriveSubkey(key: Uint8Array, prefix: Uint8Array): SecretKey {
  const sigma = u32(Uint8Array.from(Buffer.from("expand 32-byte k")));
  const out = new Uint32Array(8);
  hchacha(sigma, u32(Uint8Array.from(key)), u32(prefix), out);
  return createSecretKey(new Uint8Array(out.buffer));
}

type SecretKey = ReturnType<typeof createSecretKey>;
const TAG = { authTagLength: 16 };

function seal(kind: AeadKind, key: SecretKey, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const cipher = createCipheriv(NATIVE_NAME[kind] as "aes-256-gcm", key, nonce, TAG); // both take the same options
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  const sealed = new Uint8Array(plaintext.length + 16);
  sealed.set(cipher.update(plaintext));
  cipher.final(); // nothing is left in a stream mode
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function open(kind: AeadKind, key: SecretKey, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(NATIVE_NAME[kind] as "aes-256-gcm", key, nonce, TAG);
  const body = sealed.subarray(0, sealed.length - 16);
  decipher.setAAD(aad, { plaintextLength: body.length });
  decipher.setAuthTag(sealed.subarray(body.length));
  const plaintext = decipher.update(body);
  decipher.final(); // throws unless the tag holds
  return new Uint8Array(plaintext.buffer, plaintext.byteOffset, plaintext.length);
}
