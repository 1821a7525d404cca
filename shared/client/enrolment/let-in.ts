import type { AskingDevice, enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { sealAnswer, signDenial } from "#shared/crypto/enrolment/answer.ts";
import { type EnrolmentRequest, openEnrolment, readEnrolment, typeWords } from "#shared/crypto/enrolment/request.ts";
import type { Id } from "#shared/ids.ts";
import type { EnrolledDevice } from "../agent-keys.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { WordsDiffer } from "../words-differ.ts";

export interface LettingMeans {
  readonly api: Pick<Client<typeof enrolmentsContract>, "list" | "letIn" | "deny">;
  readonly account: Account;
  readonly device: EnrolledDevice;
}

/** A device that asks, by what it says of itself: nothing of that is proved before its words were typed. */
export interface Newcomer {
  readonly id: Id<"enrolment">;
  readonly name: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly request: EnrolmentRequest;
  readonly bytes: Uint8Array;
}

/** Who asks for the root that this account has. What is of another account or root is none of ours to answer, and is left out. */
export async function listNewcomers({ api, account }: Pick<LettingMeans, "api" | "account">): Promise<Newcomer[]> {
  const { items } = await api.list({});
  return newcomersOf(items, account);
}

export const newcomersOf = (items: readonly AskingDevice[], account: Account): Newcomer[] =>
  items.filter(({ isOwn }) => !isOwn).flatMap((item) => readNewcomer(item, account));

function readNewcomer(
  { id, request: sealed, askedAt, expiresAt }: AskingDevice,
  { tid, uid, root }: Account,
): Newcomer[] {
  try {
    const bytes = decodeBase64url(sealed);
    const request = readEnrolment(bytes);
    const isOurs = request.tid === tid && request.uid === uid && request.urkGen === root.urkGen;
    const { name } = request;
    return isOurs && request.enrolmentId === id ? [{ id, name, askedAt, expiresAt, request, bytes }] : [];
  } catch (error) {
    if (error instanceof CryptoError) return [];
    throw error;
  }
}

/**
 * Lets in the one whose six words were typed. Without a match nothing leaves this device, whatever the service claims.
 * @throws WordsDiffer when none of those who ask has these words; ApiError when it is over, or this device was taken back
 */
export async function letNewcomerIn(
  means: LettingMeans,
  newcomers: readonly Newcomer[],
  typed: string,
): Promise<Newcomer> {
  const { api, account, device } = means;
  for (const newcomer of newcomers) {
    const { id: enrolmentId, request, bytes } = newcomer;
    const blind = blindOf(bytes, typed, request);
    if (!blind) continue;
    const parties = { ephemeral: request.ephemeralKey, device: device.keys.sign };
    const sealed = sealAnswer({ urk: account.root.urk, blind }, request, parties);
    await api.letIn({ enrolmentId, deviceId: device.id, sealed: encodeBase64url(sealed) });
    return newcomer;
  }
  throw new WordsDiffer("No device that asks has these six words.");
}

function blindOf(bytes: Uint8Array, typed: string, request: EnrolmentRequest): Uint8Array | undefined {
  try {
    return openEnrolment(bytes, typeWords(typed, request));
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

export async function turnAway({ api, device }: LettingMeans, { id: enrolmentId, request }: Newcomer): Promise<void> {
  const proof = signDenial(request, device.keys.sign.secretKey);
  await api.deny({ enrolmentId, deviceId: device.id, proof: encodeBase64url(proof) });
}
