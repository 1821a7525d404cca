import type { Id } from "../../ids.ts";
import { concat, u8 } from "../encoding/bytes.ts";
import { boundId } from "../encoding/place.ts";
import { isSigned, type SignPublicKey, type SignSecretKey, sign } from "../primitives/sign.ts";

/**
 * What an unlocked device says to end a recovery: a signature by the owner's identity key over tid 16 ‖ uid 16 ‖ recoveryId 16 ‖ how 1
 * (01 cancelled, 02 recovered). Whoever only reads the owner's mail can start one and cannot end one.
 */
export interface EndingOf {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly recoveryId: Id<"recovery">;
  readonly how: RecoveryEnd;
}

const HOW = { cancelled: 1, recovered: 2 } as const;
export type RecoveryEnd = keyof typeof HOW;

export const signRecoveryEnd = (ending: EndingOf, secretKey: SignSecretKey): Uint8Array =>
  sign("recovery-end", bodyOf(ending), secretKey);

export const isRecoveryEnd = (ending: EndingOf, proof: Uint8Array, publicKey: SignPublicKey): boolean =>
  isSigned("recovery-end", bodyOf(ending), proof, publicKey);

const bodyOf = ({ tid, uid, recoveryId, how }: EndingOf): Uint8Array =>
  concat(boundId("tenant", tid), boundId("user", uid), boundId("recovery", recoveryId), u8(HOW[how]));
