import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, lengthPrefixed } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { boundId } from "../encoding/place.ts";
import type { SealPurpose } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemKeys, type KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import { type Grant, openGrant } from "./grant.ts";

/**
 * What two people send each other about a grant is OCM1 (sealed-to.ts) between their identities, once to the other and once to oneself,
 * so that either can read it later. Context: tid 16 ‖ grantId 16 ‖ sender 16 ‖ reader 16.
 *
 *   "grant-request"  the subject asks: JSON
 *   "grant-handed"   the issuer gives: L(OCG1) ‖ kemPub of the issuer's agent 1216
 */
export interface LetterPlace {
  readonly tid: Id<"tenant">;
  readonly grantId: Id<"grant">;
  readonly sender: Id<"user">;
  readonly reader: Id<"user">;
}

type LetterPurpose = Extract<SealPurpose, "grant-request" | "grant-handed">;

export const sealLetter = (
  purpose: LetterPurpose,
  place: LetterPlace,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
  plaintext: Uint8Array,
): Uint8Array => sealTo({ purpose, context: contextOf(place), ...keys }, plaintext);

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format */
export const openLetter = (
  purpose: LetterPurpose,
  place: LetterPlace,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
  bytes: Uint8Array,
): Uint8Array => openSealedTo({ purpose, context: contextOf(place), ...keys }, bytes);

export interface Handed {
  readonly grant: Grant;
  /** OCG1, for the agents. */
  readonly bytes: Uint8Array;
  readonly issuerKem: KemPublicKey;
}

export const writeHanded = ({ bytes, issuerKem }: Omit<Handed, "grant">): Uint8Array =>
  concat(lengthPrefixed(bytes), issuerKem);

/** @throws CryptoError unless the issuer signed the grant, and the key that came with it is the one in it */
export function readHanded(plaintext: Uint8Array, issuer: SignPublicKey): Handed {
  const reader = readerOf(plaintext);
  const bytes = reader.prefixed();
  const issuerKem = asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES));
  reader.end();
  const grant = openGrant(bytes, issuer);
  demand(equalConstantTime(sha256(issuerKem), grant.issuer.kemHash), "crypto.context");
  return { grant, bytes, issuerKem };
}

const contextOf = ({ tid, grantId, sender, reader }: LetterPlace): Uint8Array =>
  concat(boundId("tenant", tid), boundId("grant", grantId), boundId("user", sender), boundId("user", reader));
