import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { boundId } from "../encoding/place.ts";
import type { SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCGR: the issuer takes a grant back. There is no way to give the same one again.
 *
 *   "OCGR" suite 1 grantId 16 tid 16 issuer 16 at 8 | signature 64 by the issuer's identity
 */
export interface RevocationPlace {
  readonly grantId: Id<"grant">;
  readonly tid: Id<"tenant">;
  readonly issuer: Id<"user">;
}

export function signRevocation(place: RevocationPlace, atMs: number, issuer: SignSecretKey): Uint8Array {
  return signStatement("grant-revocation", concat(writeHeader("OCGR"), idsOf(place), u64(atMs)), issuer);
}

/** @returns when it was taken back. @throws crypto.signature, crypto.context, crypto.format */
export function openRevocation(bytes: Uint8Array, place: RevocationPlace, issuer: SignPublicKey): number {
  const reader = openStatement("grant-revocation", "OCGR", bytes, issuer);
  const ids = idsOf(place);
  demand(equalConstantTime(reader.take(ids.length), ids), "crypto.context");
  const atMs = reader.u64();
  reader.end();
  return atMs;
}

const idsOf = ({ grantId, tid, issuer }: RevocationPlace): Uint8Array =>
  concat(boundId("grant", grantId), boundId("tenant", tid), boundId("user", issuer));
