import type { Member } from "#shared/contracts/tenants.ts";
import { allows, ROLE_NAMES, type Role } from "#shared/permissions.ts";

/** What each role may do, as one would tell a new colleague. */
export const ROLE_WORDS: Record<Role, { readonly name: string; readonly says: string }> = {
  owner: { name: "Owner", says: "Everything, and the only one who makes other owners." },
  admin: { name: "Admin", says: "Invites and removes people, changes the organisation, reads its record." },
  member: { name: "Member", says: "Has an agent and API keys of their own." },
  observer: { name: "Observer", says: "Reads who is here and what was done. No agent." },
};

/** May it be done; and if not, why not, in words to show in place of the control. */
export type Verdict = { readonly may: true } | { readonly may: false; readonly why: string };

const YES: Verdict = { may: true };
const no = (why: string): Verdict => ({ may: false, why });

export const mayInvite = (me: Role): Verdict =>
  allows(me, "members:invite") ? YES : no(`Your role is ${ROLE_WORDS[me].name}. Owners and admins invite people.`);

/** The server decides; this says beforehand what it would answer. */
export function mayChange(me: Role, member: Member, members: readonly Member[]): Verdict {
  if (!allows(me, "members:write")) return no(`Your role is ${ROLE_WORDS[me].name}. Owners and admins change people.`);
  if (member.role !== "owner") return YES;
  if (me !== "owner") return no("Only an owner changes an owner.");
  if (members.filter(({ role }) => role === "owner").length > 1) return YES;
  return no("The last owner. Make someone else an owner first.");
}

/** The roles one may give: only an owner makes an owner, which would otherwise be a way to take the organisation over. */
export const rolesToGive = (me: Role): Role[] => ROLE_NAMES.filter((role) => role !== "owner" || me === "owner");

/** Addresses as people paste them: split by commas, semicolons, spaces or lines, each once. */
export function readAddresses(text: string): string[] {
  const found = text.split(/[\s,;]+/).map((address) => address.trim().toLowerCase());
  return [...new Set(found.filter(Boolean))];
}
