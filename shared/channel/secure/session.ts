import { erase } from "../../crypto/encoding/bytes.ts";
import type { Key } from "../../crypto/encoding/key.ts";
import { type Cipher, cipherOf } from "../../crypto/primitives/aead.ts";
import { deriveKey } from "../../crypto/primitives/kdf.ts";
import { ensure } from "../close.ts";
import { SID_BYTES } from "../envelope.ts";
import { FRAME_HEADER_BYTES, type FrameHeader, type FrameType, readFrameHeader, writeFrameHeader } from "./frame.ts";

/**
 * One direction of a session: frames are numbered, sealed with AES-256-GCM and opened only in order. The key moves on by
 * HKDF(key, "ratchet") after 256 frames or ten minutes and the one before is overwritten, so that a key taken later does
 * not open earlier frames. The two directions have different keys: a frame sent back to its sender does not open.
 */
export const FRAMES_PER_EPOCH = 256;
export const EPOCH_MS = 10 * 60_000;
export const SESSION_MS = 60 * 60_000;

export interface Direction {
  readonly sid: Uint8Array;
  /** Owned by the session from here on, and overwritten by it. */
  readonly key: Key;
  readonly now: () => number;
  /** Where counting starts; for tests of its end. */
  readonly firstSeq?: number;
}

export interface Sealer {
  /** @throws ChannelError: counter, expired */
  seal(type: FrameType, flags: number, plaintext: Uint8Array): Uint8Array;
  nextSeq(): number;
  erase(): void;
}

export interface Opener {
  /** @throws ChannelError: replay, epoch, expired, format; CryptoError when the frame was altered or is not for us */
  open(frame: Uint8Array): { readonly header: FrameHeader; readonly plaintext: Uint8Array };
  nextSeq(): number;
  erase(): void;
}

export function startSealer(direction: Direction): Sealer {
  const { sid, now } = direction;
  const chain = startChain(direction);
  const startedAt = now();
  let seq = direction.firstSeq ?? 0;
  let epochSince = startedAt;
  return {
    seal(type, flags, plaintext) {
      ensure(now() - startedAt <= SESSION_MS, "expired");
      if (chain.frames() >= FRAMES_PER_EPOCH || now() - epochSince >= EPOCH_MS) {
        chain.advance();
        epochSince = now();
      }
      const { aad, nonce } = placeOf(sid, { type, flags, epoch: chain.epoch(), seq });
      const sealed = chain.cipher().seal(nonce, plaintext, aad);
      const frame = new Uint8Array(FRAME_HEADER_BYTES + sealed.length);
      frame.set(aad.subarray(SID_BYTES));
      frame.set(sealed, FRAME_HEADER_BYTES);
      seq += 1;
      chain.count();
      return frame;
    },
    nextSeq: () => seq,
    erase: chain.erase,
  };
}

export function startOpener(direction: Direction): Opener {
  const { sid, now } = direction;
  const chain = startChain(direction);
  const startedAt = now();
  let seq = direction.firstSeq ?? 0;
  return {
    open(frame) {
      ensure(now() - startedAt <= SESSION_MS, "expired");
      const header = readFrameHeader(frame);
      ensure(header.seq === seq, "replay");
      // The sender says when it moved on; it may not stay longer than 256 frames, nor skip an epoch.
      if (header.epoch === chain.epoch() + 1) chain.advance();
      ensure(header.epoch === chain.epoch() && chain.frames() < FRAMES_PER_EPOCH, "epoch");
      const { aad, nonce } = placeOf(sid, header);
      const plaintext = chain.cipher().open(nonce, frame.subarray(FRAME_HEADER_BYTES), aad);
      seq += 1;
      chain.count();
      return { header, plaintext };
    },
    nextSeq: () => seq,
    erase: chain.erase,
  };
}

/** The key of the present epoch and how often it was used. */
function startChain({ key: first }: Direction) {
  let key = first;
  let cipher: Cipher | undefined = cipherOf("aes-256-gcm", key);
  let epoch = 0;
  let frames = 0;
  return {
    epoch: () => epoch,
    frames: () => frames,
    count: () => void frames++,
    cipher(): Cipher {
      ensure(cipher !== undefined, "closed");
      return cipher;
    },
    advance(): void {
      const next = deriveKey({ purpose: "ratchet", ikm: key });
      erase(key);
      key = next;
      cipher = cipherOf("aes-256-gcm", key);
      epoch += 1;
      frames = 0;
    },
    erase(): void {
      erase(key);
      cipher = undefined;
    },
  };
}

/** AAD = sid ‖ header; the nonce is the tail of the same header: epoch 4 ‖ seq 8. */
function placeOf(sid: Uint8Array, header: FrameHeader): { aad: Uint8Array; nonce: Uint8Array } {
  const aad = new Uint8Array(SID_BYTES + FRAME_HEADER_BYTES);
  aad.set(sid);
  writeFrameHeader(aad, SID_BYTES, header);
  return { aad, nonce: aad.subarray(SID_BYTES + 4) };
}
