import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { ROLE_NAMES } from "#shared/permissions.ts";
import { Email } from "./identity.ts";
import { type Contract, Done, Instant, PageQuery, pageOf, sealedBytes } from "./route.ts";

export const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, "3 to 40 of a–z, 0–9 and -, starting with a letter");
const Name = z.string().trim().min(1).max(80);
const Secret = sealedBytes(32).length(43);

export const Tenant = z.object({
  id: idOf("tenant"),
  name: z.string(),
  slug: z.string(),
  tier: z.enum(["free", "pro", "enterprise"]),
  createdAt: Instant,
  version: z.int(),
});
export type Tenant = z.infer<typeof Tenant>;

export const Member = z.object({
  userId: idOf("user"),
  email: z.string(),
  role: z.enum(ROLE_NAMES),
  joinedAt: Instant,
  version: z.int(),
});
export type Member = z.infer<typeof Member>;

export const Invite = z.object({
  id: idOf("invite"),
  email: z.string(),
  role: z.enum(ROLE_NAMES),
  state: z.enum(["pending", "expired"]),
  invitedBy: idOf("user"),
  sentAt: Instant,
  expiresAt: Instant,
  version: z.int(),
});
export type Invite = z.infer<typeof Invite>;

export const tenantsContract = {
  checkSlug: {
    method: "GET",
    path: "/v1/tenant-slugs/{slug}",
    access: "signed_in",
    summary: "Is this short name free?",
    input: z.object({ slug: z.string().max(64) }),
    reply: z.object({
      slug: z.string(),
      available: z.boolean(),
      reason: z.enum(["free", "taken", "malformed", "reserved"]),
    }),
  },
  create: {
    method: "POST",
    path: "/v1/tenants",
    access: "signed_in",
    summary: "Create an organisation; you become its owner. Switch to it to work in it.",
    status: 201,
    input: z.object({ name: Name, slug: Slug }),
    reply: Tenant,
  },
  get: {
    method: "GET",
    path: "/v1/tenant",
    access: "tenant:read",
    summary: "The organisation you work in.",
    input: z.object({}),
    reply: Tenant,
  },
  rename: {
    method: "PATCH",
    path: "/v1/tenant",
    access: "tenant:write",
    summary: "Rename the organisation.",
    input: z.object({ name: Name, version: z.int() }),
    reply: Tenant,
  },
  listMembers: {
    method: "GET",
    path: "/v1/members",
    access: "members:read",
    summary: "Who belongs to the organisation.",
    input: PageQuery,
    reply: pageOf(Member),
  },
  changeRole: {
    method: "PATCH",
    path: "/v1/members/{userId}",
    access: "members:write",
    fresh: true,
    summary: "Change a member's role; the last owner keeps theirs.",
    input: z.object({ userId: idOf("user"), role: z.enum(ROLE_NAMES), version: z.int() }),
    reply: Member,
  },
  removeMember: {
    method: "DELETE",
    path: "/v1/members/{userId}",
    access: "members:write",
    fresh: true,
    summary: "Remove a member; the last owner stays.",
    input: z.object({ userId: idOf("user") }),
    reply: Done,
  },
  invite: {
    method: "POST",
    path: "/v1/invites",
    access: "members:invite",
    fresh: true,
    summary: "Invite up to 20 people; each invite lasts 7 days.",
    status: 201,
    input: z.object({ emails: z.array(Email).min(1).max(20), role: z.enum(["admin", "member", "observer"]) }),
    reply: z.object({ items: z.array(Invite) }),
  },
  listInvites: {
    method: "GET",
    path: "/v1/invites",
    access: "members:read",
    summary: "Invites that were sent and not yet answered.",
    input: PageQuery,
    reply: pageOf(Invite),
  },
  resendInvite: {
    method: "POST",
    path: "/v1/invites/{inviteId}/resend",
    access: "members:invite",
    summary: "Send an invite again; the old link ends.",
    input: z.object({ inviteId: idOf("invite") }),
    reply: Invite,
  },
  cancelInvite: {
    method: "DELETE",
    path: "/v1/invites/{inviteId}",
    access: "members:invite",
    summary: "Take an invite back.",
    input: z.object({ inviteId: idOf("invite") }),
    reply: Done,
  },
  showInvite: {
    method: "POST",
    path: "/v1/invites/show",
    access: "signed_in",
    summary: "What an invite's link offers, to the person it was sent to.",
    input: z.object({ secret: Secret }),
    reply: z.object({ tenantName: z.string(), role: z.enum(ROLE_NAMES), expiresAt: Instant }),
  },
  acceptInvite: {
    method: "POST",
    path: "/v1/invites/accept",
    access: "signed_in",
    summary: "Join the organisation of an invite; only for the address it was sent to.",
    input: z.object({ secret: Secret }),
    reply: z.object({ tenantId: idOf("tenant") }),
  },
  declineInvite: {
    method: "POST",
    path: "/v1/invites/decline",
    access: "signed_in",
    summary: "Refuse an invite.",
    input: z.object({ secret: Secret }),
    reply: Done,
  },
} as const satisfies Contract;
