import { p256 } from "@noble/curves/nist.js";
import type { NitroClaims, ReadNitroDocument } from "#shared/crypto/agents/attestor.ts";
import { concat, u64 } from "#shared/crypto/encoding/bytes.ts";
import { readerOf } from "#shared/crypto/encoding/reader.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";

/**
 * A stand-in for the processor's maker: a root that certifies a signer that signs documents. The layout is our own (no COSE,
 * no X.509), the trust structure is Nitro's, so the rules in `attestor.ts` meet every kind of bad document.
 *
 *   root pub 33 ‖ signer pub 33 ‖ notBefore 8 ‖ notAfter 8 ‖ root's signature 64 ‖
 *   issuedAt 8 ‖ nonce 32 ‖ userData 32 ‖ pcr0 48 ‖ signer's signature 64
 */
export interface FakeNitro {
  readonly rootHash: Uint8Array;
  makeDocument(claims: FakeClaims): Uint8Array;
}

export type FakeClaims = Pick<NitroClaims, "issuedAtMs" | "nonce" | "userData"> & {
  readonly pcr0: Uint8Array;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
};

export function makeFakeNitro(): FakeNitro {
  const rootSecret = makeBytes(32);
  const signerSecret = makeBytes(32);
  const rootKey = p256.getPublicKey(rootSecret);
  return {
    rootHash: sha256(rootKey),
    makeDocument({ issuedAtMs, nonce, userData, pcr0, notBeforeMs = 0, notAfterMs = 2 ** 50 }) {
      const cert = concat(rootKey, p256.getPublicKey(signerSecret), u64(notBeforeMs), u64(notAfterMs));
      const chain = concat(cert, p256.sign(cert, rootSecret));
      const body = concat(chain, u64(issuedAtMs), nonce, userData, pcr0);
      return concat(body, p256.sign(body, signerSecret));
    },
  };
}

export const readFakeNitro: ReadNitroDocument = async (document) => {
  const reader = readerOf(document);
  const [rootKey, signerKey] = [reader.take(33), reader.take(33)];
  const [notBeforeMs, notAfterMs] = [reader.u64(), reader.u64()];
  const cert = document.subarray(0, reader.offset());
  if (!p256.verify(reader.take(64), cert, rootKey)) throw new Error("the certificate is not signed by its root");
  const claims = { issuedAtMs: reader.u64(), nonce: reader.take(32), userData: reader.take(32) };
  const pcrs = new Map([[0, reader.take(48)]]);
  const body = document.subarray(0, reader.offset());
  if (!p256.verify(reader.take(64), body, signerKey)) throw new Error("the document is not signed by its signer");
  reader.end();
  return { ...claims, pcrs, notBeforeMs, notAfterMs, rootHash: sha256(rootKey) };
};
