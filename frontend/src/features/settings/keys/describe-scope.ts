import type { KEY_SCOPES } from "#shared/permissions.ts";

export type Scope = (typeof KEY_SCOPES)[number];

/** What a key with this scope may do, in words beside its name. */
export const SCOPE_WORDS: Record<Scope, string> = {
  "tenant:read": "Read the organisation's name and tier",
  "members:read": "Read who belongs to it",
  "agents:read": "Read the state of your agents",
  "agents:write": "Deploy, wake, stop and delete your agents",
  "agents:chat": "Open a connection to your agents; without your keys it carries ciphertext only",
};
