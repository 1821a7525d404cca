import type { Implementation } from "#platform/pipe/http.ts";
import type { identityContract } from "#shared/contracts/identity.ts";
import { describeApi } from "#shared/openapi.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./keys/api-keys.ts";
import { confirmCode, confirmLink } from "./links/confirm.ts";
import { type LinkPorts, redeemCode, redeemLink, requestLink, showLinkCode } from "./links/links.ts";
import { getMe } from "./people/people.ts";
import { refreshSession } from "./sessions/refresh.ts";
import { listSessions, revokeOtherSessions, revokeSession, signOut, switchTenant } from "./sessions/sessions.ts";

export const identityRoutes: Implementation<typeof identityContract, LinkPorts> = {
  requestLink,
  showLinkCode,
  redeemLink,
  redeemCode,
  confirmLink,
  confirmCode,
  refresh: refreshSession,
  signOut,
  switchTenant,
  me: getMe,
  listSessions,
  revokeSession,
  revokeOtherSessions,
  listApiKeys,
  createApiKey,
  revokeApiKey,
  jwks: async ({ tokens }) => ({ keys: await tokens.jwks() }),
  openapi: async ({ origin }) => describeApi(origin),
};
