import { audited } from "#lambdas/audit/audit.ts";
import { findUserId } from "#lambdas/identity/people/person.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { Mail } from "#platform/services/mail.ts";
import { makeSecret } from "#platform/tokens/secret.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Invite, tenantsContract } from "#shared/contracts/tenants.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import { checkAsker, findMember } from "../member.repository.ts";
import { getTenant } from "../tenants.ts";
import {
  deleteInvite,
  findInvite,
  hashInviteSecret,
  type InviteRow,
  insertInvite,
  pageInvites,
  renewInvite,
} from "./invite.repository.ts";
import { writeInviteLetter } from "./invite-letter.ts";

type Routes = typeof tenantsContract;
export interface InvitePorts {
  readonly mail: Mail;
  readonly origin: string;
}
type InviteCtx = Ctx & InvitePorts;

const DAY_SECONDS = 24 * 3600;
const INVITE_DAYS = 7;
const KEPT_DAYS = 30; // past its end, so that the list can say it was not answered
const LETTERS = { what: "invites", max: 60, seconds: 3600 };

export async function invite(ctx: InviteCtx, { emails, role }: Input<Routes["invite"]>): Promise<{ items: Invite[] }> {
  const tenant = await getTenant(ctx);
  const addresses = [...new Set(emails)];
  await demandNoMembers(ctx, addresses);
  await countRate(ctx.directory, { ...LETTERS, who: tenant.id, by: addresses.length }, ctx.now());

  const drafts = addresses.map((email) => {
    const secret = makeSecret();
    const id = newId("invite", ctx.now());
    return { secret, row: { id, email, role, invitedBy: ctx.actor.userId, version: 1, ...datesOf(ctx, secret) } };
  });
  await ctx.table.write(
    checkAsker(ctx),
    ...drafts.flatMap(({ row }) => [
      ...insertInvite(row, tenant.id, ctx.now()),
      audited(ctx, "invite.sent", { inviteId: row.id, role }),
    ]),
  );
  await Promise.all(drafts.map(({ row, secret }) => sendLetter(ctx, row, secret, tenant.name)));
  return { items: drafts.map(({ row }) => showRow(ctx, row)) };
}

export async function listInvites(ctx: Ctx, page: Input<Routes["listInvites"]>) {
  const { rows, next } = await pageInvites(ctx.table, page);
  return { items: rows.map((row) => showRow(ctx, row)), cursor: next };
}

export async function resendInvite(ctx: InviteCtx, { inviteId }: Input<Routes["resendInvite"]>): Promise<Invite> {
  const tenant = await getTenant(ctx);
  const old = await getInvite(ctx, inviteId);
  await countRate(ctx.directory, { ...LETTERS, who: tenant.id }, ctx.now());
  const secret = makeSecret();
  const row: InviteRow = { ...old, ...datesOf(ctx, secret), version: old.version + 1 };
  await ctx.table.write(
    checkAsker(ctx),
    ...renewInvite(old, row, tenant.id),
    audited(ctx, "invite.resent", { inviteId }),
  );
  await sendLetter(ctx, row, secret, tenant.name);
  return showRow(ctx, row);
}

export async function cancelInvite(ctx: Ctx, { inviteId }: Input<Routes["cancelInvite"]>) {
  const row = await getInvite(ctx, inviteId);
  await ctx.table.write(...deleteInvite(row), audited(ctx, "invite.cancelled", { inviteId }));
  return { done: true as const };
}

async function getInvite({ table }: Ctx, inviteId: InviteRow["id"]): Promise<InviteRow> {
  const row = await findInvite(table, inviteId);
  if (!row) throw new AppError("invite.not_found");
  return row;
}

async function demandNoMembers({ directory, table }: Ctx, emails: readonly string[]): Promise<void> {
  const members = emails.map(async (email) => {
    const userId = await findUserId(directory, email);
    return userId && findMember(table, userId);
  });
  if ((await Promise.all(members)).some(Boolean)) throw new AppError("member.exists");
}

function datesOf({ now }: Ctx, secret: string) {
  const seconds = Math.floor(now().getTime() / 1000);
  return {
    secretHash: hashInviteSecret(secret),
    sentAt: now().toISOString(),
    expiresAt: new Date(now().getTime() + INVITE_DAYS * DAY_SECONDS * 1000).toISOString(),
    ttlSeconds: seconds + (INVITE_DAYS + KEPT_DAYS) * DAY_SECONDS,
  };
}

const sendLetter = ({ mail, origin }: InvitePorts, { email }: InviteRow, secret: string, tenantName: string) =>
  mail.send(writeInviteLetter(email, origin, secret, tenantName));

export const isOpen = ({ expiresAt }: InviteRow, now: Date): boolean => now < new Date(expiresAt);

const showRow = ({ now }: Ctx, row: InviteRow): Invite => ({
  ...row,
  state: isOpen(row, now()) ? "pending" : "expired",
});
