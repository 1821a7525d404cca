import { byteAt, concat, equalConstantTime, utf8 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { type AeadKind, cipherOf, NONCE_BYTES, TAG_BYTES } from "../primitives/aead.ts";
import { expandSha512 } from "../primitives/kdf.ts";
import { makeBytes } from "../primitives/random.ts";

/**
 * Large messages in 16 KiB chunks: C2SP chunked-encryption (c2sp.org/chunked-encryption), instantiated twice with one code.
 *
 *   sealed = salt 24 ‖ commit 32 ‖ chunk 0 ‖ chunk 1 ‖ … ‖ last chunk, always shorter than the others (may be empty)
 *   chunk  = AEAD(key, base nonce ⊕ big-endian index, ≤ 16384 bytes, no AAD) with its tag of 16
 *   key 32 ‖ base nonce ‖ commit 32 = HKDF-Expand-SHA512(input key,
 *                                      "c2sp.org/chunked-encryption@v1+" ‖ aead name ‖ 0x00 ‖ salt ‖ context)
 *
 * The commitment is checked before any chunk. Chunks are authenticated one by one and handed on at once: what comes out is
 * a true beginning of the message, and only the end of the iteration says that it is all of it. So a reader keeps what it
 * got aside until then. AES-256-GCM is the published instance (Cobblestone-256); XChaCha20-Poly1305 is ours, and the
 * default.
 */
export const CHUNK_BYTES = 16_384;
const CHUNKED_HEADER_BYTES = 24 + 32;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
const CHUNKS_MAX = 2 ** 38;
const AEAD_NAMES = {
  "aes-256-gcm": "AEAD_AES_256_GCM",
  "xchacha20-poly1305": "AEAD_XCHACHA20_POLY1305",
} as const satisfies Record<AeadKind, string>;

export interface ChunkedKey {
  readonly kind: AeadKind;
  readonly key: Key;
  /** Says what the message is and where it belongs. */
  readonly context: Uint8Array;
}

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export const sealedChunkedBytes = (plainBytes: number): number =>
  CHUNKED_HEADER_BYTES + plainBytes + TAG_BYTES * (Math.floor(plainBytes / CHUNK_BYTES) + 1);

export async function* sealChunked(chunked: ChunkedKey, plaintext: Bytes): AsyncGenerator<Uint8Array, void> {
  const salt = makeBytes(24);
  const { commit, chunk } = deriveChunkCipher(chunked, salt);
  yield concat(salt, commit);
  const cutter = cutterOf(CHUNK_BYTES);
  let index = 0;
  for await (const part of plaintext) {
    for (const piece of cutter.push(part)) yield chunk.seal(index++, piece);
  }
  yield chunk.seal(index, cutter.rest());
}

/** @throws crypto.commitment for another key or context; crypto.open for an altered or moved chunk; crypto.format if cut off. */
export async function* openChunked(chunked: ChunkedKey, sealed: Bytes): AsyncGenerator<Uint8Array, void> {
  const cutter = cutterOf(SEALED_CHUNK_BYTES, CHUNKED_HEADER_BYTES);
  let chunk: ChunkCipher | undefined;
  let index = 0;
  for await (const part of sealed) {
    for (const piece of cutter.push(part)) {
      if (chunk) yield chunk.open(index++, piece);
      else chunk = openHeader(chunked, piece);
    }
  }
  demand(chunk !== undefined, "crypto.format");
  yield chunk.open(index, cutter.rest());
}

function openHeader(chunked: ChunkedKey, header: Uint8Array): ChunkCipher {
  const { commit, chunk } = deriveChunkCipher(chunked, header.subarray(0, 24));
  demand(equalConstantTime(commit, header.subarray(24)), "crypto.commitment");
  return chunk;
}

interface ChunkCipher {
  seal(index: number, piece: Uint8Array): Uint8Array;
  open(index: number, piece: Uint8Array): Uint8Array;
}

function deriveChunkCipher({ kind, key, context }: ChunkedKey, salt: Uint8Array) {
  const nonceBytes = NONCE_BYTES[kind];
  const info = concat(utf8(`c2sp.org/chunked-encryption@v1+${AEAD_NAMES[kind]}`), Uint8Array.of(0), salt, context);
  const bytes = expandSha512(asKey(key), info, 32 + nonceBytes + 32);
  const cipher = cipherOf(kind, asKey(bytes.subarray(0, 32)));
  const baseNonce = bytes.subarray(32, 32 + nonceBytes);
  const none = new Uint8Array(0);
  const chunk: ChunkCipher = {
    seal: (index, piece) => cipher.seal(nonceAt(baseNonce, index), piece, none),
    open: (index, piece) => cipher.open(nonceAt(baseNonce, index), piece, none),
  };
  return { commit: bytes.subarray(32 + nonceBytes), chunk };
}

/** The nonce of a chunk. @throws crypto.format beyond 2^38 chunks (4 PiB). */
export function nonceAt(baseNonce: Uint8Array, index: number): Uint8Array {
  demand(index < CHUNKS_MAX, "crypto.format"); // never wraps
  const nonce = Uint8Array.from(baseNonce);
  for (let i = nonce.length - 1, left = index; left > 0; i--, left = Math.floor(left / 256)) {
    nonce[i] = byteAt(nonce, i) ^ (left % 256);
  }
  return nonce;
}

/**
 * Cuts what arrives into pieces of exactly `size` (the first of `headBytes`, where given). What is left at the end is the
 * last piece, shorter than the others and perhaps empty. Pieces are views of what was pushed wherever they lie in one part.
 */
function cutterOf(size: number, headBytes = size) {
  let want = headBytes;
  let held = new Uint8Array(want);
  let filled = 0;
  return {
    *push(part: Uint8Array): Generator<Uint8Array, void> {
      let at = 0;
      while (filled + part.length - at >= want) {
        const step = want - filled;
        const piece = filled === 0 ? part.subarray(at, at + step) : held;
        if (filled > 0) held.set(part.subarray(at, at + step), filled);
        at += step;
        if (filled > 0 || want !== size) held = new Uint8Array(size);
        want = size;
        filled = 0;
        yield piece;
      }
      held.set(part.subarray(at), filled);
      filled += part.length - at;
    },
    rest: () => held.subarray(0, filled),
  };
}
