/**
 * Every permission there is, and which role holds it. A route names exactly one; there is no default.
 * Custom roles are subsets of this catalogue.
 */
const MEMBER = [
  "tenant:read",
  "members:read",
  "keyring:read",
  "keyring:write",
  "vault:read",
  "vault:write",
  "agents:read",
  "agents:write",
  "agents:chat",
  "grants:read",
  "grants:write",
  "api_keys:read",
  "api_keys:write",
] as const;
const ADMIN = [...MEMBER, "tenant:write", "members:invite", "members:write"] as const;
const ROLES = {
  owner: ADMIN, // only an owner makes or unmakes an owner; that is a rule of the members' domain
  admin: ADMIN,
  member: MEMBER,
  observer: ["tenant:read", "members:read", "keyring:read", "keyring:write", "vault:read", "vault:write"],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof ROLES;
export type Permission = (typeof ROLES)[Role][number];

export const ROLE_NAMES = Object.keys(ROLES) as [Role, ...Role[]]; // Object.keys of a literal: its keys are the roles
export const PERMISSIONS = [...ROLES.owner] as const satisfies readonly Permission[];

/** What an API key may be given. Vaults, keys, grants, API keys and changes to the organisation take a person. */
export const KEY_SCOPES = [
  "tenant:read",
  "members:read",
  "agents:read",
  "agents:write",
  "agents:chat",
] as const satisfies readonly Permission[];

/** Whether somebody makes and holds shares of a vault that several open together. */
export const mayHold = ({ role }: { readonly role: Role }): boolean => allows(role, "members:write");

export function allows(role: Role, permission: Permission): boolean {
  const granted: readonly string[] = ROLES[role];
  return granted.includes(permission);
}
