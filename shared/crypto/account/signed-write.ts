import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u8, u64, utf8 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { boundId } from "../encoding/place.ts";
import { sha256 } from "../primitives/hash.ts";
import type { SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCSW: the user's root key says that one write to what they own is meant. To be signed in is not enough for it.
 *
 *   "OCSW" suite 1 what 1 tid 16 uid 16 seq 8 bodyHash 32 | signature 64
 *
 *   what 01 keyring.change     seq = slotSeq of the keyring that it makes
 *        02 keyring.finish           the root's generation
 *        03 vault.keys               how many steps the vault's chain has
 *        04 recovery.put             slotSeq of the keyring
 *        05 recovery.remove          slotSeq of the keyring
 *        06 agent.envelope           version of the secrets that it makes
 *
 * bodyHash = H(the request's fields as JSON in UTF-8, names of each object ascending by UTF-16, no spaces). `seq` has to be where the
 * thing stands at the moment of the write: a statement that was kept says nothing later.
 */
const WHAT = {
  "keyring.change": 1,
  "keyring.finish": 2,
  "vault.keys": 3,
  "recovery.put": 4,
  "recovery.remove": 5,
  "agent.envelope": 6,
} as const;
export type WriteKind = keyof typeof WHAT;

export interface Write {
  readonly what: WriteKind;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  /** The fields of the request, without the statement about them; whole numbers, text, lists and objects. */
  readonly body: object;
}

export function signWrite({ what, tid, uid, body }: Write, seq: number, rootKey: SignSecretKey): Uint8Array {
  const place = [u8(WHAT[what]), boundId("tenant", tid), boundId("user", uid), u64(seq)];
  return signStatement("signed-write", concat(writeHeader("OCSW"), ...place, hashOf(body)), rootKey);
}

/** @returns seq @throws crypto.signature, crypto.context for another write than the one expected, crypto.format */
export function openWrite(bytes: Uint8Array, { what, tid, uid, body }: Write, rootKey: SignPublicKey): number {
  const reader = openStatement("signed-write", "OCSW", bytes, rootKey);
  const told = {
    what: reader.u8(),
    tid: idFromBytes("tenant", reader.take(16)),
    uid: idFromBytes("user", reader.take(16)),
  };
  const seq = reader.u64();
  const hash = reader.take(32);
  reader.end();
  demand(told.what === WHAT[what] && told.tid === tid && told.uid === uid, "crypto.context");
  demand(equalConstantTime(hash, hashOf(body)), "crypto.context");
  return seq;
}

const hashOf = (body: Write["body"]): Uint8Array => sha256(utf8(JSON.stringify(body, (_, value) => inOrder(value))));

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
