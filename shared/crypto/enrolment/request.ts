import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, lengthPrefixed, u32, utf8, utf8Decode } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemPublicKey } from "../primitives/kem.ts";
import { heardWords, sixWordsOf, stretch } from "../recovery/six-words.ts";
import { COMMITTED_OVERHEAD, openCommitted, sealCommitted } from "../sealing/committed.ts";

/**
 * OCER: a device that is signed in and locked asks another of the same person to be let in.
 *
 *   "OCER" suite 1 tid 16 uid 16 enrolmentId 16 urkGen 4 kemPub 1216 L(name) | salt 24 commit 32 | ct 32 tag 16      committed.ts
 *
 *   said  = all before the salt; kemPub is an X-Wing key made for this once, name what the device calls itself
 *   blind = 32 random bytes: what is sealed in it, under wordKey
 *   words = six, of the stretched H("ocmt/v1/enrolment-words\0" ‖ said ‖ blind)            (recovery/six-words.ts, salt H(said))
 *   wordKey = the stretched H("ocmt/v1/enrolment-key\0" ‖ words, one space between them)    (salt: tid ‖ uid ‖ enrolmentId)
 *
 * [Note: words both ways]
 * The words are shown by the new device and typed into the old one, and nobody else has them.
 * 1. They are a hash over the whole request: who knows them still has to find another key with the same words, 2^78 hashes.
 * 2. They open the blind, which the answer carries back: whoever answers has been told the words. Without that a platform could answer
 *    by itself, with the keys of an account that it has made up, and the new device would have nothing to hold them against.
 */
export interface EnrolmentPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly enrolmentId: Id<"enrolment">;
  /** Which root is asked for. */
  readonly urkGen: number;
}

export interface EnrolmentRequest extends EnrolmentPlace {
  readonly ephemeralKey: KemPublicKey;
  readonly name: string;
}

/** What somebody typed, and the key it comes to. */
export interface TypedWords {
  readonly words: string;
  readonly wordKey: Key;
}

const NAME_BYTES_MAX = 320;
const BLIND_BYTES = 32;

/** @param blind 32 random bytes, to be kept: the answer has to bring them back. */
export function sealEnrolment(request: EnrolmentRequest, blind: Uint8Array): Uint8Array {
  const header = write(request);
  const { wordKey } = typeWords(wordsOfEnrolment(request, blind).join(" "), request);
  return sealCommitted({ purpose: "enrolment-request", ikm: wordKey, header }, checked(blind, BLIND_BYTES));
}

export function wordsOfEnrolment(request: EnrolmentRequest, blind: Uint8Array): string[] {
  const said = write(request);
  const first = sha256(labelOf("enrolment-words"), said, checked(blind, BLIND_BYTES));
  return sixWordsOf(stretch(first, sha256(said)));
}

export function typeWords(typed: string, place: EnrolmentPlace): TypedWords {
  const words = heardWords(typed);
  const salt = concat(
    boundId("tenant", place.tid),
    boundId("user", place.uid),
    boundId("enrolment", place.enrolmentId),
  );
  return { words, wordKey: asKey(stretch(sha256(labelOf("enrolment-key"), utf8(words)), salt)) };
}

/** Only what it says of itself; nothing of it is proved before the words were typed. @throws crypto.suite, crypto.format, crypto.key */
export const readEnrolment = (bytes: Uint8Array): EnrolmentRequest => parse(bytes).request;

/**
 * Opens a request by the words that its device shows.
 * @returns the blind, to be sealed into the answer. @throws crypto.commitment for other words or another request; else as `readEnrolment`
 */
export function openEnrolment(bytes: Uint8Array, { words, wordKey }: TypedWords): Uint8Array {
  const { request, header, body } = parse(bytes);
  const blind = openCommitted({ purpose: "enrolment-request", ikm: wordKey, header }, body);
  const shown = utf8(wordsOfEnrolment(request, blind).join(" "));
  demand(equalConstantTime(shown, utf8(words)), "crypto.commitment");
  return blind;
}

function write({ tid, uid, enrolmentId, urkGen, ephemeralKey, name }: EnrolmentRequest): Uint8Array {
  const nameBytes = utf8(name);
  demandName(nameBytes);
  const place = [boundId("tenant", tid), boundId("user", uid), boundId("enrolment", enrolmentId), u32(urkGen)];
  const key = checked(ephemeralKey, KEM_PUBLIC_KEY_BYTES);
  return concat(writeHeader("OCER"), ...place, key, lengthPrefixed(nameBytes));
}

function parse(bytes: Uint8Array) {
  const reader = readerOf(bytes);
  readHeader(reader, "OCER");
  const place: EnrolmentPlace = {
    tid: idFromBytes("tenant", reader.take(16)),
    uid: idFromBytes("user", reader.take(16)),
    enrolmentId: idFromBytes("enrolment", reader.take(16)),
    urkGen: reader.u32(),
  };
  const ephemeralKey = asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES));
  const nameBytes = reader.prefixed();
  demandName(nameBytes);
  const request: EnrolmentRequest = { ...place, ephemeralKey, name: utf8Decode(nameBytes) };
  const header = bytes.subarray(0, reader.offset());
  const body = reader.rest();
  demand(body.length === COMMITTED_OVERHEAD + BLIND_BYTES, "crypto.format");
  return { request, header, body };
}

const demandName = ({ length }: Uint8Array): void => demand(length > 0 && length <= NAME_BYTES_MAX, "crypto.format");
