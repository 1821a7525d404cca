import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { KEY_SCOPES, ROLE_NAMES } from "#shared/permissions.ts";
import { type Contract, Done, Instant, sealedBytes } from "./route.ts";

export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email());
const Secret = sealedBytes(32).length(43);

export const Me = z.object({
  user: z.object({ id: idOf("user"), email: z.string() }),
  session: z.object({ id: idOf("session"), tenantId: idOf("tenant").nullable() }),
  memberships: z.array(
    z.object({ tenantId: idOf("tenant"), name: z.string(), slug: z.string(), role: z.enum(ROLE_NAMES) }),
  ),
});
export type Me = z.infer<typeof Me>;

/** The refresh secret never appears in a body: it travels in an HttpOnly cookie of `/v1/auth`. */
export const AccessToken = z.object({
  accessToken: z.string(),
  expiresAt: Instant,
  tenantId: idOf("tenant").nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;

export const Session = z.object({
  id: idOf("session"),
  current: z.boolean(),
  device: z.string(),
  place: z.string(),
  tenantId: idOf("tenant").nullable(),
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
});
export type Session = z.infer<typeof Session>;

export const ApiKey = z.object({
  id: idOf("apiKey"),
  name: z.string(),
  hint: z.string(), // the first characters, to tell keys apart
  scopes: z.array(z.enum(KEY_SCOPES)),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const identityContract = {
  requestLink: {
    method: "POST",
    path: "/v1/auth/links",
    access: "public",
    summary: "Send a sign-in link to an e-mail address; the answer is the same for every address.",
    status: 202,
    input: z.object({ email: Email }),
    reply: z.object({ linkId: idOf("link"), expiresAt: Instant }),
  },
  showLinkCode: {
    method: "POST",
    path: "/v1/auth/links/code",
    access: "public",
    summary: "For a link opened away from the browser that asked: the six digits to type there.",
    input: z.object({ secret: Secret }),
    reply: z.object({ code: z.string().regex(/^\d{6}$/), device: z.string(), expiresAt: Instant }),
  },
  redeemLink: {
    method: "POST",
    path: "/v1/auth/links/redeem",
    access: "public",
    summary: "Trade the secret of a link for a session, once, in the browser that asked.",
    input: z.object({ secret: Secret }),
    reply: AccessToken,
  },
  redeemCode: {
    method: "POST",
    path: "/v1/auth/links/redeem-code",
    access: "public",
    summary: "Trade the six digits shown elsewhere for a session, in the browser that asked.",
    input: z.object({ linkId: idOf("link"), code: z.string().regex(/^\d{6}$/) }),
    reply: AccessToken,
  },
  confirmLink: {
    method: "POST",
    path: "/v1/auth/links/confirm",
    access: "signed_in",
    summary: "By the secret of a link to your own address: it is still you. Gives a new token for this session.",
    input: z.object({ secret: Secret }),
    reply: AccessToken,
  },
  confirmCode: {
    method: "POST",
    path: "/v1/auth/links/confirm-code",
    access: "signed_in",
    summary: "The same by the six digits of a link opened elsewhere.",
    input: z.object({ linkId: idOf("link"), code: z.string().regex(/^\d{6}$/) }),
    reply: AccessToken,
  },
  refresh: {
    method: "POST",
    path: "/v1/auth/refresh",
    access: "public",
    summary: "A new access token from the session cookie, which is rotated.",
    input: z.object({}),
    reply: AccessToken,
  },
  signOut: {
    method: "POST",
    path: "/v1/auth/sign-out",
    access: "public",
    summary: "End the session of the cookie.",
    input: z.object({}),
    reply: Done,
  },
  switchTenant: {
    method: "POST",
    path: "/v1/auth/switch",
    access: "signed_in",
    summary: "Move this session to another organisation of yours.",
    input: z.object({ tenantId: idOf("tenant") }),
    reply: AccessToken,
  },
  me: { method: "GET", path: "/v1/me", access: "signed_in", summary: "Who is asking.", input: z.object({}), reply: Me },
  listSessions: {
    method: "GET",
    path: "/v1/sessions",
    access: "signed_in",
    summary: "Your sessions, with device and place.",
    input: z.object({}),
    reply: z.object({ items: z.array(Session) }),
  },
  revokeSession: {
    method: "DELETE",
    path: "/v1/sessions/{sessionId}",
    access: "signed_in",
    summary: "End one session.",
    input: z.object({ sessionId: idOf("session") }),
    reply: Done,
  },
  revokeOtherSessions: {
    method: "POST",
    path: "/v1/sessions/revoke-others",
    access: "signed_in",
    summary: "End every session but this one.",
    input: z.object({}),
    reply: z.object({ revoked: z.int() }),
  },
  listApiKeys: {
    method: "GET",
    path: "/v1/api-keys",
    access: "api_keys:read",
    summary: "Your API keys in this organisation.",
    input: z.object({}),
    reply: z.object({ items: z.array(ApiKey) }),
  },
  createApiKey: {
    method: "POST",
    path: "/v1/api-keys",
    access: "api_keys:write",
    fresh: true,
    summary: "A new API key; its secret is in this answer and nowhere else.",
    status: 201,
    input: z.object({
      name: z.string().trim().min(1).max(80),
      scopes: z.array(z.enum(KEY_SCOPES)).min(1),
      expiresInDays: z.int().min(1).max(365).nullable().default(90),
    }),
    reply: ApiKey.extend({ secret: z.string() }),
  },
  revokeApiKey: {
    method: "DELETE",
    path: "/v1/api-keys/{apiKeyId}",
    access: "api_keys:write",
    summary: "End an API key; it is refused within five seconds.",
    input: z.object({ apiKeyId: idOf("apiKey") }),
    reply: Done,
  },
  jwks: {
    method: "GET",
    path: "/.well-known/jwks.json",
    access: "public",
    summary: "The public keys that access tokens are signed with.",
    input: z.object({}),
    reply: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  },
  openapi: {
    method: "GET",
    path: "/v1/openapi.json",
    access: "public",
    summary: "This reference, as OpenAPI 3.1.",
    input: z.object({}),
    reply: z.record(z.string(), z.unknown()),
  },
} as const satisfies Contract;
