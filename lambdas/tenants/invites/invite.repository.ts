import * as z from "zod";
import { hashEmail } from "#lambdas/identity/people/person.repository.ts";
import type { AnyChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { hashSecret } from "#platform/tokens/secret.ts";
import { Invite } from "#shared/contracts/tenants.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   where       key                              item
 *   tenant      INVITE#<inviteId>                the invite, until it is answered or a month past its end
 *   tenant      INVITED#<hash of the address>    one open invite for each address
 *   directory   INVITE#<hash of the secret>      which tenant and invite a link opens
 */
export const InviteRow = Invite.omit({ state: true }).extend({ secretHash: z.string(), ttlSeconds: z.int() });
export type InviteRow = z.infer<typeof InviteRow>;

const Pointer = z.object({ tenantId: idOf("tenant"), inviteId: idOf("invite") });

export const hashInviteSecret = (secret: string): string => hashSecret("invite", secret);

export async function findInvite(table: TenantTable, inviteId: Id<"invite">): Promise<InviteRow | undefined> {
  const row = await table.get(`INVITE#${inviteId}`);
  return row && InviteRow.parse(row);
}

export async function findPointer(directory: Directory, secret: string): Promise<z.infer<typeof Pointer> | undefined> {
  const row = await directory.at(`INVITE#${hashInviteSecret(secret)}`).get("INVITE");
  return row && Pointer.parse(row);
}

export async function pageInvites(table: TenantTable, options: { limit: number; cursor?: string | undefined }) {
  const { items, next } = await table.page("INVITE#", options);
  return { rows: items.map((row) => InviteRow.parse(row)), next };
}

const pointerOf = (secretHash: string) => ({ pk: `INVITE#${secretHash}`, sk: "INVITE" }) as const;
const markerOf = ({ email }: InviteRow) => `INVITED#${hashEmail(email)}`;

function insertPointer({ id: inviteId, secretHash, ttlSeconds }: InviteRow, tenantId: Id<"tenant">): AnyChange {
  const item = { tenantId, inviteId, ttlSeconds };
  return { do: "insert", ...pointerOf(secretHash), item, otherwise: "request.conflict" };
}

const putMarker = (invite: InviteRow, now: Date): AnyChange => ({
  do: "put",
  sk: markerOf(invite),
  item: { inviteId: invite.id, endsAt: invite.expiresAt, ttlSeconds: invite.ttlSeconds },
  if: { endsAt: { lte: now.toISOString() } },
  orMissing: true,
  otherwise: "invite.exists",
});

export const insertInvite = (invite: InviteRow, tenantId: Id<"tenant">, now: Date): AnyChange[] => [
  { do: "insert", sk: `INVITE#${invite.id}`, item: invite, otherwise: "request.conflict" },
  putMarker(invite, now),
  insertPointer(invite, tenantId),
];

/** The invite with a new secret and a new end; the old secret opens nothing from then on. */
export const renewInvite = (old: InviteRow, invite: InviteRow, tenantId: Id<"tenant">): AnyChange[] => [
  {
    do: "put",
    sk: `INVITE#${invite.id}`,
    item: invite,
    if: { version: old.version },
    otherwise: "request.conflict",
    missing: "invite.not_found",
  },
  {
    do: "put",
    sk: markerOf(invite),
    item: { inviteId: invite.id, endsAt: invite.expiresAt, ttlSeconds: invite.ttlSeconds },
    if: { inviteId: invite.id },
    orMissing: true,
    otherwise: "invite.exists",
  },
  { do: "delete", ...pointerOf(old.secretHash), orMissing: true, otherwise: "request.conflict" },
  insertPointer(invite, tenantId),
];

/** The end of an invite, however it is answered: of two answers, one finds it there. */
export const deleteInvite = (invite: InviteRow): AnyChange[] => [
  { do: "delete", sk: `INVITE#${invite.id}`, if: { version: invite.version }, otherwise: "invite.not_found" },
  { do: "delete", sk: markerOf(invite), if: { inviteId: invite.id }, orMissing: true, otherwise: "request.conflict" },
  { do: "delete", ...pointerOf(invite.secretHash), orMissing: true, otherwise: "invite.not_found" },
];
