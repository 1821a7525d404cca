import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { OwnEnrolment } from "#shared/contracts/enrolments.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                               item
 *   ENROL#<userId>#<enrolmentId>     a request: state pending → answered → taken, or denied, or cancelled; what was sealed only while answered
 *   ENROLSEAT#<userId>#<0 to 2>      which request takes one of a person's places, and until when
 */
const Sealed = z.object({ deviceId: idOf("device"), cert: z.string(), sealed: z.string() });
type Sealed = z.infer<typeof Sealed>;

const EnrolmentRow = OwnEnrolment.extend({
  userId: idOf("user"),
  sessionId: idOf("session"),
  request: z.string(),
  rootGeneration: z.int(),
  seat: z.int(),
  answer: Sealed.nullish(),
  ttlSeconds: z.int(),
});
export type EnrolmentRow = z.infer<typeof EnrolmentRow>;

const Seat = z.object({
  enrolmentId: idOf("enrolment"),
  sessionId: idOf("session"),
  until: z.string(),
  ttlSeconds: z.int(),
});
export type Seat = z.infer<typeof Seat>;

type User = Id<"user">;
const SEATS = [0, 1, 2];
const enrolmentSk = (userId: User, id: Id<"enrolment">) => `ENROL#${userId}#${id}`;
const seatSk = (userId: User, seat: number) => `ENROLSEAT#${userId}#${seat}`;

export async function findEnrolment(table: TenantTable, userId: User, id: Id<"enrolment">) {
  const row = await table.get(enrolmentSk(userId, id));
  return row && EnrolmentRow.parse(row);
}

/** The places as they are now; undefined for one that is free. */
export async function readSeats(table: TenantTable, userId: User, now: Date): Promise<(Seat | undefined)[]> {
  const rows = await Promise.all(SEATS.map((seat) => table.get(seatSk(userId, seat))));
  const seats = rows.map((row) => row && Seat.parse(row));
  return seats.map((seat) => (seat && seat.until > now.toISOString() ? seat : undefined));
}

/** Of two that want one place, one gets it. */
export function insertEnrolment(enrolment: EnrolmentRow, now: Date): Change[] {
  const { userId, id: enrolmentId, sessionId, seat, expiresAt: until, ttlSeconds } = enrolment;
  const item: Seat = { enrolmentId, sessionId, until, ttlSeconds };
  return [
    { do: "insert", sk: enrolmentSk(userId, enrolmentId), item: enrolment, otherwise: "enrolment.exists" },
    {
      do: "put",
      sk: seatSk(userId, seat),
      item,
      if: { until: { lte: now.toISOString() } },
      orMissing: true,
      otherwise: "request.conflict",
    },
  ];
}

interface Move {
  readonly from: readonly ("pending" | "answered")[];
  readonly to: "answered" | "taken" | "denied" | "cancelled";
  readonly answer?: Sealed;
  readonly now: Date;
}

/** On from the state that was seen, while its time lasts. What was sealed stays only for as long as it waits to be taken. */
export const moveEnrolment = ({ userId, id }: EnrolmentRow, { from, to, answer, now }: Move): Change => ({
  do: "update",
  sk: enrolmentSk(userId, id),
  set: { state: to, ...(answer && { answer }) },
  ...(!answer && { remove: ["answer"] }),
  if: { state: { in: from }, expiresAt: { gt: now.toISOString() } },
  otherwise: "enrolment.settled",
  missing: "enrolment.not_found",
});

/** The place is another's to take. */
export const leaveSeat = ({ userId, seat, id }: EnrolmentRow): Change => ({
  do: "delete",
  sk: seatSk(userId, seat),
  if: { enrolmentId: id },
  orMissing: true,
  otherwise: "request.conflict",
});
