import type { ApiKey, Me, Session } from "#shared/contracts/identity.ts";
import type { Device } from "#shared/contracts/keyring.ts";
import type { Invite, Member, Tenant } from "#shared/contracts/tenants.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { type Answers, ok } from "./answers.ts";
import { keyring, made, place } from "./keyring-world.ts";

/** An organisation with people in every state, as the API would tell of it. Times are near now: pages say them relatively. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const id = { tenant: place.tid, user: place.uid };

export const tenant: Tenant = {
  ...{ id: id.tenant, name: "Example Works", slug: "example-works", tier: "pro", version: 3 },
  createdAt: ago(40 * DAY_MS),
};

export const ada: Member = {
  ...{ userId: id.user, email: "ada@example.org", role: "owner", joinedAt: ago(40 * DAY_MS), version: 1 },
};
const member = (email: string, role: Role, days: number): Member => ({
  ...{ userId: newId("user", new Date()), email, role, joinedAt: ago(days * DAY_MS), version: 1 },
});
export const everyone: Member[] = [
  ada,
  member("grace.hopper.of.the.compilers.department@example.org", "admin", 31),
  member("linus@example.org", "member", 12),
  member("auditor@example.net", "observer", 0.1),
];

const invite = (email: string, role: Role, sentMs: number): Invite => ({
  ...{ id: newId("invite", new Date()), email, role, invitedBy: id.user, version: 1 },
  ...{ sentAt: ago(sentMs), expiresAt: ago(sentMs - 7 * DAY_MS), state: sentMs > 7 * DAY_MS ? "expired" : "pending" },
});
export const invites: Invite[] = [
  invite("margaret@example.org", "member", 5 * HOUR_MS),
  invite("a.former.colleague@example.com", "admin", 9 * DAY_MS),
];

export function me(role: Role): Me {
  const membership = { tenantId: tenant.id, name: tenant.name, slug: tenant.slug, role };
  return {
    user: { id: id.user, email: ada.email },
    session: { id: sessions[0]?.id ?? newId("session", new Date()), tenantId: tenant.id },
    memberships: [membership],
  };
}

const session = (device: string, place: string, usedMs: number, current = false): Session => ({
  ...{ id: newId("session", new Date()), current, device, place, tenantId: id.tenant },
  ...{ createdAt: ago(usedMs + 2 * DAY_MS), lastUsedAt: ago(usedMs), expiresAt: ago(-5 * DAY_MS) },
});
export const sessions: Session[] = [
  session("Chrome on Linux", "127.0.0.1", 40_000, true),
  session("Safari on iPhone", "192.0.2.17", 3 * HOUR_MS),
  session("Firefox on Windows", "198.51.100.4", 50 * HOUR_MS),
];

const key = (name: string, scopes: ApiKey["scopes"], more: Partial<ApiKey>): ApiKey => ({
  ...{ id: newId("apiKey", new Date()), name, hint: "ocmt_live_9fQz", scopes, createdAt: ago(20 * DAY_MS) },
  ...{ expiresAt: ago(-70 * DAY_MS), lastUsedAt: null, ...more },
});
export const keys: ApiKey[] = [
  key("Nightly report", ["agents:read", "members:read"], { lastUsedAt: ago(4 * HOUR_MS) }),
  key("Terminal on the old laptop", ["tenant:read", "members:read", "agents:write"], { expiresAt: null }),
];

function device(name: string, days: number): Device {
  const id = newId("device", new Date());
  const keys = makeDeviceKeys();
  const createdAtMs = Date.now() - days * DAY_MS;
  const times = { createdAtMs, seq: 1, notAfterMs: createdAtMs + 365 * DAY_MS };
  const pubs = { signKey: keys.sign.publicKey, kemKey: keys.kem.publicKey };
  const cert = signDeviceCert({ ...place, deviceId: id, ...pubs, ...times }, made.account.root.rootSign.secretKey);
  return { id, name, cert: encodeBase64url(cert), createdAt: ago(days * DAY_MS) };
}
const devices = [device("Chrome on Linux", 12), device("Safari on iOS", 3)];

/** What every signed-in page asks, for one of each role. */
export const signedIn = (role: Role): Answers => ({
  "GET /local.json": ok({ stage: "deployed" }),
  "POST /v1/auth/refresh": ok({ accessToken: "token", expiresAt: ago(-HOUR_MS), tenantId: tenant.id }),
  "GET /v1/me": ok(me(role)),
  "GET /v1/onboarding": ok({ organisation: true, passphrase: true, recovery: true, agent: true, firstMessage: true }),
  "GET /v1/tenant": ok(tenant),
  "GET /v1/members": ok({ items: everyone.with(0, { ...ada, role }), cursor: null }),
  "GET /v1/invites": ok({ items: invites, cursor: null }),
  "GET /v1/sessions": ok({ items: sessions }),
  "GET /v1/api-keys": ok({ items: keys }),
  "GET /v1/devices": ok({ items: devices, revocations: null }),
  "GET /v1/keyring": ok(keyring),
  [`GET /v1/members/${place.uid}/identity`]: ok({ userId: place.uid, bundles: [keyring.bundle] }),
  "GET /v1/agents": ok({ items: [], cursor: null }),
  "GET /v1/grants": ok({ items: [], cursor: null }),
  "GET /v1/enrolments": ok({ items: [] }),
  "GET /v1/recovery/recoveries": ok({ items: [], more: false }),
  "GET /v1/recovery/set": ok({ set: null }),
  "GET /v1/recovery/held": ok({ items: [] }),
});
