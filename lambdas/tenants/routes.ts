import type { Implementation } from "#platform/pipe/http.ts";
import type { tenantsContract } from "#shared/contracts/tenants.ts";
import { acceptInvite, declineInvite, showInvite } from "./invites/answers.ts";
import { cancelInvite, type InvitePorts, invite, listInvites, resendInvite } from "./invites/invites.ts";
import { changeRole, listMembers, removeMember } from "./members.ts";
import { checkSlug } from "./slugs.ts";
import { createTenant, getTenant, renameTenant } from "./tenants.ts";

export const tenantsRoutes: Implementation<typeof tenantsContract, InvitePorts> = {
  checkSlug,
  create: createTenant,
  get: getTenant,
  rename: renameTenant,
  listMembers,
  changeRole,
  removeMember,
  invite,
  listInvites,
  resendInvite,
  cancelInvite,
  showInvite,
  acceptInvite,
  declineInvite,
};
