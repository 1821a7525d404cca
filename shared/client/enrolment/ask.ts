import type { enrolmentsContract, OwnEnrolment } from "#shared/contracts/enrolments.ts";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import { openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { openAnswer } from "#shared/crypto/enrolment/answer.ts";
import { type EnrolmentRequest, sealEnrolment, wordsOfEnrolment } from "#shared/crypto/enrolment/request.ts";
import { type KemKeys, makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { newId } from "#shared/ids.ts";
import { ApiError, type Client } from "../api-client.ts";
import { readRevocations } from "../device/revoke.ts";
import { type KeyringPin, openBy, type Unlocked, type Unlocking } from "../keyring.ts";
import { type FollowMeans, followPerson } from "../people/follow-person.ts";

export interface AskingMeans extends FollowMeans {
  readonly api: Pick<Client<typeof enrolmentsContract>, "ask" | "get" | "take" | "cancel">;
  readonly keyring: Pick<Client<typeof keyringContract>, "getKeyring" | "getIdentity" | "listDevices" | "revokeDevice">;
}

/** A request under way. It is in memory alone: a page or program that goes has to ask again. */
export interface Asking {
  readonly request: EnrolmentRequest;
  readonly words: readonly string[];
  readonly expiresAt: string;
  readonly secret: { readonly kem: KemKeys; readonly blind: Uint8Array };
}

/** What was seen last is read when the answer is there: the wait may be long. */
type Keeping = Pick<Unlocking, "keepFor">;

export type Ending = Exclude<OwnEnrolment["state"], "pending" | "answered">;

/** The device stays locked: it was turned away, or the request is over. */
export class NotLetIn extends Error {
  override readonly name = "NotLetIn";
  readonly why: Ending;
  constructor(why: Ending) {
    super(SAYS[why]);
    this.why = why;
  }
}

const SAYS: Record<Ending, string> = {
  denied: "Your other device turned this one away.",
  cancelled: "The request was taken back.",
  expired: "The ten minutes are over.",
  taken: "The answer was taken already.",
};

/** @throws ApiError("keyring.not_found") where there is nothing to be let in to; enrolment.too_many; request.too_many */
export async function askToBeLetIn(means: AskingMeans, name: string): Promise<Asking> {
  const { api, keyring, place, now } = means;
  const { rootGeneration: urkGen } = await keyring.getKeyring({});
  const kem = makeKemKeys();
  const blind = makeBytes(32);
  const enrolmentId = newId("enrolment", now());
  const request = { ...place, enrolmentId, urkGen, ephemeralKey: kem.publicKey, name };
  const sealed = sealEnrolment(request, blind);
  const { expiresAt } = await api.ask({ id: enrolmentId, request: encodeBase64url(sealed) });
  return { request, words: wordsOfEnrolment(request, blind), expiresAt, secret: { kem, blind } };
}

/** Whether an answer waits to be taken. @throws NotLetIn where none will come */
export async function isAnswered({ api, now }: AskingMeans, { request, expiresAt }: Asking): Promise<boolean> {
  const { state } = await api.get({ enrolmentId: request.enrolmentId });
  if (state === "answered") return true;
  if (state !== "pending") throw new NotLetIn(state);
  if (now() >= new Date(expiresAt)) throw new NotLetIn("expired"); // whatever the service says
  return false;
}

/**
 * Takes the answer, which can be had once, and opens the account with it. Whoever answered was told the words; what came is held against
 * the keyring, the person's statements, the devices that were taken back, and all that this device has seen of them before.
 * @throws NotLetIn; CryptoError when the answer, or the keyring beside it, is not that of a device which was told the words
 */
export async function takeAnswer(means: AskingMeans, asking: Asking, { keepFor }: Keeping = {}): Promise<Unlocked> {
  const { keyring, place, database, folder, now } = means;
  const { request, secret } = asking;
  const served = await keyring.getKeyring({});
  const chain = await followPerson(means, place.uid);
  const { deviceId, cert, sealed } = await take(means, asking); // last of what may fail for a moment: it is had once
  const rootKey = asSignPublicKey(decodeBase64url(served.rootPub));
  const expected = { ...place, rootKey, deviceId, nowMs: now().getTime() };
  const { signKey: device } = openDeviceCert(decodeBase64url(cert), expected);
  const parties = { ephemeral: secret.kem, device, blind: secret.blind };
  const urk = openAnswer(decodeBase64url(sealed), request, parties);
  const pin = await database.get<KeyringPin>(`${folder}/keyring-pin`);
  const unlocked = openBy(served, place, { slot: request, urk }, { pin, keepFor });
  demand(equalConstantTime(unlocked.account.bundleHash, chain.pin.hash), "crypto.rollback");
  const { revocations } = await readRevocations({ keyring, account: unlocked.account, database, folder });
  demand(!revocations.devices.has(deviceId), "crypto.context");
  return unlocked;
}

async function take({ api }: AskingMeans, { request: { enrolmentId } }: Asking) {
  try {
    return await api.take({ enrolmentId });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === "enrolment.expired") throw new NotLetIn("expired");
    if (error.code === "enrolment.settled") throw new NotLetIn("taken");
    throw error;
  }
}

/** What is over already is given up as well. */
export async function giveUpAsking({ api }: Pick<AskingMeans, "api">, { request }: Asking): Promise<void> {
  try {
    await api.cancel({ enrolmentId: request.enrolmentId });
  } catch (error) {
    if (!(error instanceof ApiError && error.code.startsWith("enrolment."))) throw error;
  }
}

/**
 * Looks again and again, also past a connection or service that fails for a moment, until the time is over.
 * @param sleep until the next look; its refusal ends the wait. @throws as `isAnswered` and `takeAnswer`
 */
export async function waitToBeLetIn(
  means: AskingMeans,
  asking: Asking,
  { sleep, keepFor }: Keeping & { readonly sleep: () => Promise<void> },
): Promise<Unlocked> {
  while (!(await isAnswered(means, asking).catch((error: unknown) => ifUnreached(means, asking, error)))) await sleep();
  return takeAnswer(means, asking, { keepFor });
}

function ifUnreached({ now }: AskingMeans, { expiresAt }: Asking, error: unknown): false {
  if (!(error instanceof ApiError && isOfTheMoment(error))) throw error;
  if (now() >= new Date(expiresAt)) throw new NotLetIn("expired");
  return false;
}

const isOfTheMoment = ({ code, problem }: ApiError): boolean =>
  code === "network" || code === "reply" || (problem !== undefined && problem.status >= 500);
