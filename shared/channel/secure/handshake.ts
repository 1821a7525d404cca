import { concat, equalConstantTime, erase, u64, utf8 } from "../../crypto/encoding/bytes.ts";
import { asKey, type Key } from "../../crypto/encoding/key.ts";
import { SUITE } from "../../crypto/encoding/purposes.ts";
import { readerOf } from "../../crypto/encoding/reader.ts";
import { sha256 } from "../../crypto/primitives/hash.ts";
import { deriveBytes, mac } from "../../crypto/primitives/kdf.ts";
import {
  asKemPublicKey,
  decapsulate,
  encapsulate,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  type KemPublicKey,
  type KemSecretKey,
  makeKemKeys,
} from "../../crypto/primitives/kem.ts";
import { makeBytes } from "../../crypto/primitives/random.ts";
import { isSigned, SIGNATURE_BYTES, type SignPublicKey } from "../../crypto/primitives/sign.ts";
import { ensure } from "../close.ts";
import { SID_BYTES } from "../envelope.ts";

/**
 * The handshake of OCT1, in the shape of SIGMA with an ephemeral X-Wing key (PROTOCOL 3.7):
 *
 *   m1 = "OCT1" suite 1 type 1 | sid 16 | time 8 | H(deviceCert) 32 | H(agentCert) 32 | ephemeral key 1216 | Sig_device 64
 *   m2 = "OCT1" suite 1 type 2 | sid 16 | random 32 | ciphertext 1120 | Sig_agent 64      over th = H(m1 ‖ m2 body)
 *   ck 32 ‖ k_b2a 32 ‖ k_a2b 32 = HKDF(shared secret, salt = th, "oct1")
 *
 * `sign` hashes its body, so signing m1 ‖ m2 body is signing th. The hashes of both certificates stand in what both sides
 * sign: neither can be made to believe it talks to a third (unknown key share). The ephemeral key is used once.
 */
export const M1_BYTES = 6 + SID_BYTES + 8 + 32 + 32 + KEM_PUBLIC_KEY_BYTES + SIGNATURE_BYTES;
export const M2_BYTES = 6 + SID_BYTES + 32 + KEM_CIPHERTEXT_BYTES + SIGNATURE_BYTES;
export const CLOCK_SKEW_MS = 5 * 60_000;

/** Signs for one party; the key may live elsewhere. */
export type Signer<P extends "channel-m1" | "channel-m2"> = (purpose: P, body: Uint8Array) => Uint8Array;

export interface SessionKeys {
  readonly sid: Uint8Array;
  readonly transcript: Uint8Array;
  readonly confirmKey: Key;
  readonly sendKey: Key;
  readonly receiveKey: Key;
}

export interface M1 {
  readonly sid: Uint8Array;
  readonly timeMs: number;
  readonly deviceCertHash: Uint8Array;
  readonly agentCertHash: Uint8Array;
  readonly ephemeralKey: KemPublicKey;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/** What the device keeps until m2 comes. `secret` is overwritten when it does, or when the attempt is given up. */
export interface Attempt {
  readonly sid: Uint8Array;
  readonly m1: Uint8Array;
  readonly secret: KemSecretKey;
}

export interface AttemptInput {
  readonly deviceCert: Uint8Array;
  readonly agentCert: Uint8Array;
  readonly sign: Signer<"channel-m1">;
  readonly nowMs: number;
}

export function makeM1({ deviceCert, agentCert, sign, nowMs }: AttemptInput): Attempt {
  const sid = makeBytes(SID_BYTES);
  const ephemeral = makeKemKeys();
  const hashes = [sha256(deviceCert), sha256(agentCert)];
  const body = concat(opening(1), sid, u64(nowMs), ...hashes, ephemeral.publicKey);
  return { sid, m1: concat(body, sign("channel-m1", body)), secret: ephemeral.secretKey };
}

/** Shape only. @throws CryptoError */
export function readM1(m1: Uint8Array): M1 {
  const reader = readerOf(m1);
  reader.expect("OCT1");
  ensure(reader.u8() === SUITE && reader.u8() === 1 && m1.length === M1_BYTES, "format");
  return {
    sid: reader.take(SID_BYTES),
    timeMs: reader.u64(),
    deviceCertHash: reader.take(32),
    agentCertHash: reader.take(32),
    ephemeralKey: asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES)),
    body: m1.subarray(0, M1_BYTES - SIGNATURE_BYTES),
    signature: reader.take(SIGNATURE_BYTES),
  };
}

/** The cheap checks, in the order of their cost; the signature comes last and everything costly after it. */
export function checkM1(m1: M1, expected: { agentCertHash: Uint8Array; nowMs: number }): void {
  ensure(Math.abs(expected.nowMs - m1.timeMs) <= CLOCK_SKEW_MS, "clock");
  ensure(equalConstantTime(m1.agentCertHash, expected.agentCertHash), "handshake");
}

export function verifyM1(m1: M1, deviceKey: SignPublicKey): void {
  ensure(isSigned("channel-m1", m1.body, m1.signature, deviceKey), "handshake");
}

/** Only for an m1 that was checked and verified. */
export function answerM1(m1: M1, sign: Signer<"channel-m2">): { readonly m2: Uint8Array; readonly keys: SessionKeys } {
  const { ciphertext, secret } = encapsulate(m1.ephemeralKey);
  const body = concat(opening(2), m1.sid, makeBytes(32), ciphertext);
  const signed = concat(m1.body, m1.signature, body);
  const { confirmKey, b2a, a2b, transcript } = deriveSession(secret, signed);
  const keys = { sid: m1.sid, transcript, confirmKey, sendKey: a2b, receiveKey: b2a };
  return { m2: concat(body, sign("channel-m2", signed)), keys };
}

/** The device's side of m2. The attempt is used up, whatever comes of it. */
export function finishAttempt(attempt: Attempt, m2: Uint8Array, agentKey: SignPublicKey): SessionKeys {
  ensure(m2.length === M2_BYTES, "format");
  const reader = readerOf(m2);
  reader.expect("OCT1");
  ensure(reader.u8() === SUITE && reader.u8() === 2, "format");
  ensure(equalConstantTime(reader.take(SID_BYTES), attempt.sid), "handshake");
  reader.take(32); // the agent's share of chance is in the transcript, nothing else uses it
  const ciphertext = reader.take(KEM_CIPHERTEXT_BYTES);
  const signed = concat(attempt.m1, m2.subarray(0, M2_BYTES - SIGNATURE_BYTES));
  ensure(isSigned("channel-m2", signed, reader.take(SIGNATURE_BYTES), agentKey), "handshake");
  const secret = decapsulate(ciphertext, attempt.secret);
  erase(attempt.secret);
  const { confirmKey, b2a, a2b, transcript } = deriveSession(secret, signed);
  return { sid: attempt.sid, transcript, confirmKey, sendKey: b2a, receiveKey: a2b };
}

export type Role = "device" | "agent";

/** m3 and m4 carry this: proof that the sender derived the same key from the same transcript, in its role. */
export const confirmationOf = (keys: SessionKeys, role: Role): Uint8Array =>
  mac("oct1-confirm", keys.confirmKey, concat(utf8(role), Uint8Array.of(0), keys.transcript));

function deriveSession(secret: Key, signed: Uint8Array) {
  const transcript = sha256(signed);
  const bytes = deriveBytes({ purpose: "oct1", ikm: secret, salt: transcript }, 96);
  erase(secret);
  const part = (at: number) => asKey(bytes.slice(at, at + 32));
  const keys = { transcript, confirmKey: part(0), b2a: part(32), a2b: part(64) };
  erase(bytes);
  return keys;
}

const opening = (type: 1 | 2): Uint8Array => concat(utf8("OCT1"), Uint8Array.of(SUITE, type));
