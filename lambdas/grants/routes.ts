import type { Telling } from "#lambdas/agents/lifecycle/tell.ts";
import type { Implementation } from "#platform/pipe/http.ts";
import type { grantsContract } from "#shared/contracts/grants.ts";
import { approveGrant, askForGrant, denyGrant, listGrants, revokeGrant } from "./grants.ts";

export const grantsRoutes: Implementation<typeof grantsContract, Telling> = {
  list: listGrants,
  ask: askForGrant,
  approve: approveGrant,
  deny: denyGrant,
  revoke: revokeGrant,
};
