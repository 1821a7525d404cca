import { useQuery } from "@tanstack/react-query";
import type { Me } from "#shared/contracts/identity.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { agents, identity } from "./api.ts";

/** Who one is in the organisation this session works in. */
export interface Membership {
  readonly userId: Id<"user">;
  readonly email: string;
  readonly tenantId: Id<"tenant">;
  readonly tenantName: string;
  readonly role: Role;
}

/** `me` is undefined until it is known, and where no organisation was chosen. */
export function useMe() {
  const query = useQuery({ queryKey: ["me"], queryFn: () => identity.me({}) });
  return { ...query, me: query.data && membershipOf(query.data) };
}

/** The frame holds it for as long as the page lives: whatever does one of its steps has it read again. */
export const CHECKLIST = ["checklist"] as const;

/** What is done of the beginning in this organisation, one's keys among it; not asked of who is in none. */
export const useChecklist = (isIn: boolean) =>
  useQuery({ queryKey: CHECKLIST, queryFn: () => agents.checklist({}), enabled: isIn });

function membershipOf({ user, session, memberships }: Me): Membership | undefined {
  const current = memberships.find(({ tenantId }) => tenantId === session.tenantId);
  if (!current) return undefined;
  const { tenantId, name: tenantName, role } = current;
  return { userId: user.id, email: user.email, tenantId, tenantName, role };
}
