import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, lengthPrefixed, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemKeys, type KemPublicKey } from "../primitives/kem.ts";
import { makeBytes } from "../primitives/random.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";
import type { Grant } from "./grant.ts";

/**
 * OCGU: the subject's agent wants this request made, now and once.
 *
 *   "OCGU" suite 1 grantId 16 useId 16 H(request) 32 nonce 16 exp 8 | signature 64 by the subject's agent
 *
 * A use travels as OCM1 (sealed-to.ts) from the subject's agent to the issuer's, purpose "grant-call":
 *
 *   L(OCGU) ‖ kemPub of the subject's agent 1216 ‖ request        context: tid 16 ‖ grantId 16 ‖ useId 16 ‖ issuer's agent 16 ‖ subject's 16
 *
 * and its answer the other way, purpose "grant-answer", under the same context followed by H(the sealed use). So an answer
 * belongs to one use, and a use to one grant. Source: PROTOCOL 3.4.
 */
const USE_MS_MAX = 60_000;
const SKEW_MS = 10_000; // between the clocks of two tasks
const NONCE_BYTES = 16;

export interface UsePlace {
  readonly grant: Grant;
  readonly useId: Id<"use">;
}

export interface Call extends UsePlace {
  readonly request: Uint8Array;
  readonly nowMs: number;
}

/** @param issuerKem the key of the issuer's agent, as it came with the grant */
export function sealCall(
  { grant, useId, request, nowMs }: Call,
  agent: { readonly sign: SignKeys; readonly kem: KemKeys },
  issuerKem: KemPublicKey,
): Uint8Array {
  demand(equalConstantTime(sha256(issuerKem), grant.issuer.kemHash), "crypto.context");
  const ids = [boundId("grant", grant.grantId), boundId("use", useId)];
  const proof = concat(
    ...[writeHeader("OCGU"), ...ids, sha256(request), makeBytes(NONCE_BYTES), u64(nowMs + USE_MS_MAX)],
  );
  const signed = signStatement("grant-use", proof, agent.sign.secretKey);
  const plaintext = concat(lengthPrefixed(signed), agent.kem.publicKey, request);
  const sealing = { purpose: "grant-call", context: contextOf({ grant, useId }) } as const;
  return sealTo({ ...sealing, recipient: issuerKem, sender: agent.sign }, plaintext);
}

export interface OpenedCall {
  readonly request: Uint8Array;
  readonly answerTo: KemPublicKey;
}

/** @throws CryptoError unless the grant's subject signed this request, for this use, within the last minute */
export function openCall(
  bytes: Uint8Array,
  { grant, useId, nowMs }: UsePlace & { readonly nowMs: number },
  recipient: KemKeys,
): OpenedCall {
  const sealing = { purpose: "grant-call", context: contextOf({ grant, useId }) } as const;
  const reader = readerOf(openSealedTo({ ...sealing, recipient, sender: grant.subject.signKey }, bytes));
  const proof = openStatement("grant-use", "OCGU", reader.prefixed(), grant.subject.signKey);
  const answerTo = asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES));
  const request = reader.rest();
  const ids = concat(boundId("grant", grant.grantId), boundId("use", useId), sha256(request));
  demand(equalConstantTime(proof.take(ids.length), ids), "crypto.context");
  proof.take(NONCE_BYTES);
  const expMs = proof.u64();
  proof.end();
  demand(equalConstantTime(sha256(answerTo), checked(grant.subject.kemHash, 32)), "crypto.context");
  demand(nowMs <= expMs && expMs <= nowMs + USE_MS_MAX + SKEW_MS, "crypto.expired");
  return { request, answerTo };
}

/** What an answer is bound to. */
export interface AnswerPlace extends UsePlace {
  readonly call: Uint8Array;
}

export function sealAnswer(place: AnswerPlace, plaintext: Uint8Array, issuer: SignKeys, to: KemPublicKey): Uint8Array {
  const sealing = { purpose: "grant-answer", context: answerContext(place) } as const;
  return sealTo({ ...sealing, recipient: to, sender: issuer }, plaintext);
}

/** @throws CryptoError unless the issuer's agent answers just this use */
export function openAnswer(bytes: Uint8Array, place: AnswerPlace, recipient: KemKeys): Uint8Array {
  const sender: SignPublicKey = place.grant.issuer.signKey;
  const sealing = { purpose: "grant-answer", context: answerContext(place) } as const;
  return openSealedTo({ ...sealing, recipient, sender }, bytes);
}

const contextOf = ({ grant: { tid, grantId, issuer, subject }, useId }: UsePlace): Uint8Array =>
  concat(
    ...[boundId("tenant", tid), boundId("grant", grantId), boundId("use", useId)],
    ...[boundId("agent", issuer.agentId), boundId("agent", subject.agentId)],
  );

const answerContext = (place: AnswerPlace): Uint8Array => concat(contextOf(place), sha256(place.call));
