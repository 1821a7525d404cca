import { audited } from "#lambdas/audit/audit.ts";
import { checkRoot } from "#lambdas/keyring/keyring.repository.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { enrolmentsContract, OwnEnrolment } from "#shared/contracts/enrolments.ts";
import type { Input } from "#shared/contracts/route.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type EnrolmentRequest, readEnrolment } from "#shared/crypto/enrolment/request.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import {
  type EnrolmentRow,
  findEnrolment,
  insertEnrolment,
  leaveSeat,
  moveEnrolment,
  readSeats,
} from "./enrolment.repository.ts";

type Routes = typeof enrolmentsContract;

const OPEN_SECONDS = 600;
const KEPT_SECONDS = 24 * 3600; // so that the device that asked hears how it ended
const ASKS = { what: "enrolment-asks", max: 10, seconds: 3600 };

/** A session has one request under way: with the next the one before is taken back. */
export async function ask(ctx: Ctx, { id, request }: Input<Routes["ask"]>): Promise<OwnEnrolment> {
  const { userId } = ctx.actor;
  const sessionId = sessionOf(ctx);
  await countRate(ctx.directory, { ...ASKS, who: sessionId }, ctx.now());
  const { rootGeneration } = await getKeyring(ctx);
  const said = readRequest(request);
  const isOwn = said.tid === ctx.actor.tenantId && said.uid === userId && said.enrolmentId === id;
  if (!isOwn || said.urkGen !== rootGeneration) throw new AppError("enrolment.request_wrong");
  await leaveOwnSeats(ctx, sessionId);
  const row = { id, userId, sessionId, request, rootGeneration, state: "pending", ...timesOf(ctx) } as const;
  return show(await sit(ctx, row), ctx.now());
}

/** Whoever was faster has the place, and the next one is tried. @throws enrolment.too_many */
async function sit(ctx: Ctx, row: Omit<EnrolmentRow, "seat">): Promise<EnrolmentRow> {
  const seats = await readSeats(ctx.table, row.userId, ctx.now());
  const free = seats.flatMap((taken, seat) => (taken ? [] : [seat]));
  for (const seat of free) {
    const placed: EnrolmentRow = { ...row, seat };
    try {
      await ctx.table.write(
        ...insertEnrolment(placed, ctx.now()),
        checkRoot(row.userId, row, "enrolment.stale"),
        audited(ctx, "enrolment.asked", { userId: row.userId, enrolmentId: row.id, sessionId: row.sessionId }),
      );
      return placed;
    } catch (error) {
      if (!(error instanceof AppError && error.code === "request.conflict")) throw error;
    }
  }
  throw new AppError("enrolment.too_many");
}

async function leaveOwnSeats(ctx: Ctx, sessionId: Id<"session">): Promise<void> {
  const seats = await readSeats(ctx.table, ctx.actor.userId, ctx.now());
  for (const seat of seats.filter((one) => one?.sessionId === sessionId)) {
    if (seat) await cancel(ctx, seat).catch(ifSettled);
  }
}

function ifSettled(error: unknown): void {
  if (!(error instanceof AppError && error.code === "enrolment.settled")) throw error;
}

export async function list(ctx: Ctx) {
  const { userId } = ctx.actor;
  const seats = await readSeats(ctx.table, userId, ctx.now());
  const found = await Promise.all(seats.map((seat) => seat && findEnrolment(ctx.table, userId, seat.enrolmentId)));
  const mine = sessionOf(ctx);
  const items = found.flatMap((row) => (row?.state === "pending" ? [{ ...row, isOwn: row.sessionId === mine }] : []));
  return { items };
}

/** @throws enrolment.stale for one that nobody can answer any more: its device would wait for nothing */
export async function get(ctx: Ctx, { enrolmentId }: Input<Routes["get"]>): Promise<OwnEnrolment> {
  const [row, { rootGeneration }] = await Promise.all([getOwn(ctx, enrolmentId), getKeyring(ctx)]);
  const shown = show(row, ctx.now());
  const isOpen = shown.state === "pending" || shown.state === "answered";
  if (isOpen && row.rootGeneration !== rootGeneration) throw new AppError("enrolment.stale");
  return shown;
}

/** Of two takes at once one has it; what was sealed is taken out of the row. */
export async function take(ctx: Ctx, { enrolmentId }: Input<Routes["take"]>) {
  const row = await getOwn(ctx, enrolmentId);
  demandOpen(row, ctx.now());
  const { answer } = row;
  if (row.state !== "answered" || !answer) throw new AppError("enrolment.settled");
  await ctx.table.write(
    moveEnrolment(row, { from: ["answered"], to: "taken", now: ctx.now() }),
    checkRoot(row.userId, row, "enrolment.stale"),
    leaveSeat(row),
    audited(ctx, "enrolment.taken", { userId: row.userId, enrolmentId, deviceId: answer.deviceId }),
  );
  return answer;
}

export async function cancel(ctx: Ctx, { enrolmentId }: Input<Routes["cancel"]>) {
  const row = await getOwn(ctx, enrolmentId);
  demandOpen(row, ctx.now());
  await ctx.table.write(
    moveEnrolment(row, { from: ["pending", "answered"], to: "cancelled", now: ctx.now() }),
    leaveSeat(row),
    audited(ctx, "enrolment.cancelled", { userId: row.userId, enrolmentId }),
  );
  return { done: true as const };
}

/** @throws enrolment.not_found also for what another session of the same person asked */
async function getOwn(ctx: Ctx, enrolmentId: Id<"enrolment">): Promise<EnrolmentRow> {
  const row = await findEnrolment(ctx.table, ctx.actor.userId, enrolmentId);
  if (row?.sessionId !== sessionOf(ctx)) throw new AppError("enrolment.not_found");
  return row;
}

/** @throws enrolment.expired where only the time has ended it, enrolment.settled where somebody has */
export function demandOpen({ state, expiresAt }: EnrolmentRow, now: Date): void {
  if (state !== "pending" && state !== "answered") throw new AppError("enrolment.settled");
  if (isOver({ state, expiresAt }, now)) throw new AppError("enrolment.expired");
}

const isOver = ({ state, expiresAt }: Pick<EnrolmentRow, "state" | "expiresAt">, now: Date): boolean =>
  (state === "pending" || state === "answered") && expiresAt <= now.toISOString();

const show = (row: EnrolmentRow, now: Date): OwnEnrolment => (isOver(row, now) ? { ...row, state: "expired" } : row);

function sessionOf({ actor }: Ctx): Id<"session"> {
  if (actor.kind !== "user") throw new AppError("auth.forbidden");
  return actor.sessionId;
}

export function readRequest(request: string): EnrolmentRequest {
  try {
    return readEnrolment(decodeBase64url(request));
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("enrolment.request_wrong", { cause: error });
    throw error;
  }
}

function timesOf({ now }: Ctx) {
  const askedAt = now();
  const expiresAt = new Date(askedAt.getTime() + OPEN_SECONDS * 1000);
  const ttlSeconds = Math.ceil(expiresAt.getTime() / 1000) + KEPT_SECONDS;
  return { askedAt: askedAt.toISOString(), expiresAt: expiresAt.toISOString(), ttlSeconds };
}
