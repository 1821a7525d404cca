import { audited } from "#lambdas/audit/audit.ts";
import { findPerson } from "#lambdas/identity/people/person.repository.ts";
import { checkDevice, checkRoot, findDevice } from "#lambdas/keyring/keyring.repository.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Mail } from "#platform/services/mail.ts";
import type { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import type { Input } from "#shared/contracts/route.ts";
import { openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { checkAnswer, isDenial } from "#shared/crypto/enrolment/answer.ts";
import type { EnrolmentRequest } from "#shared/crypto/enrolment/request.ts";
import { asSignPublicKey, type SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { type EnrolmentRow, findEnrolment, leaveSeat, moveEnrolment } from "./enrolment.repository.ts";
import { writeEnrolmentLetter } from "./enrolment-letter.ts";
import { demandOpen, readRequest } from "./enrolments.ts";

type Routes = typeof enrolmentsContract;
export interface EnrolmentPorts {
  readonly mail: Mail;
  readonly origin: string;
}

/** The person is told first: a letter too many rather than a device too many. */
export async function letIn(ctx: Ctx & EnrolmentPorts, input: Input<Routes["letIn"]>) {
  const { enrolmentId, deviceId, sealed } = input;
  const { row, said, cert, signKey } = await hear(ctx, input);
  demandSaid(() => checkAnswer(decodeBase64url(sealed), said, { ephemeral: said.ephemeralKey, device: signKey }));
  await tell(ctx, said.name);
  await ctx.table.write(
    moveEnrolment(row, { from: ["pending"], to: "answered", answer: { deviceId, cert, sealed }, now: ctx.now() }),
    checkRoot(row.userId, row, "enrolment.stale"),
    checkDevice(row.userId, deviceId),
    audited(ctx, "enrolment.let_in", { userId: row.userId, enrolmentId, deviceId }),
  );
  return { done: true as const };
}

export async function deny(ctx: Ctx & EnrolmentPorts, input: Input<Routes["deny"]>) {
  const { enrolmentId, deviceId, proof } = input;
  const { row, said, signKey } = await hear(ctx, input);
  demandSaid(() => {
    if (!isDenial(said, decodeBase64url(proof), signKey)) throw new AppError("enrolment.answer_wrong");
  });
  await ctx.table.write(
    moveEnrolment(row, { from: ["pending"], to: "denied", now: ctx.now() }),
    checkDevice(row.userId, deviceId),
    leaveSeat(row),
    audited(ctx, "enrolment.denied", { userId: row.userId, enrolmentId, deviceId }),
  );
  return { done: true as const };
}

interface Heard {
  readonly row: EnrolmentRow;
  readonly said: EnrolmentRequest;
  readonly cert: string;
  readonly signKey: SignPublicKey;
}

/** Only a device of the person that the present root vouches for, and that was not taken back: to be signed in is not enough. */
async function hear(ctx: Ctx, { enrolmentId, deviceId }: Which): Promise<Heard> {
  const { tenantId: tid, userId: uid } = ctx.actor;
  const row = await findEnrolment(ctx.table, uid, enrolmentId);
  if (!row) throw new AppError("enrolment.not_found");
  demandOpen(row, ctx.now());
  const [keyring, device] = await Promise.all([getKeyring(ctx), findDevice(ctx.table, uid, deviceId)]);
  if (!device) throw new AppError("device.not_found");
  if (device.revokedAt) throw new AppError("device.revoked");
  if (keyring.rootGeneration !== row.rootGeneration) throw new AppError("enrolment.stale");
  const { cert } = device;
  const rootKey = () => asSignPublicKey(decodeBase64url(keyring.rootPub));
  const expected = { tid, uid, deviceId, nowMs: ctx.now().getTime() };
  const { signKey } = demandSaid(() => openDeviceCert(decodeBase64url(cert), { ...expected, rootKey: rootKey() }));
  return { row, said: readRequest(row.request), cert, signKey };
}

interface Which {
  readonly enrolmentId: Id<"enrolment">;
  readonly deviceId: Id<"device">;
}

function demandSaid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("enrolment.answer_wrong", { cause: error });
    throw error;
  }
}

async function tell({ actor, directory, mail, origin }: Ctx & EnrolmentPorts, name: string): Promise<void> {
  const person = await findPerson(directory, actor.userId);
  if (!person) throw new AppError("member.not_found");
  await mail.send(writeEnrolmentLetter(person.email, origin, name));
}
