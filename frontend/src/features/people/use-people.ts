import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Invite, Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { tenants } from "../../lib/api.ts";
import { MEMBERS } from "../../lib/people/use-members.ts";
import { useWhole } from "../../lib/people/use-whole.ts";

const INVITES = ["invites"] as const;

export const useInvites = () => useWhole<Invite>(INVITES, tenants.listInvites);

/** After any change, done or refused, both lists are read again: a refusal often means that they were old. */
function useReread(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([MEMBERS, INVITES].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
}

export function useInvite() {
  const onSettled = useReread();
  return useMutation({
    mutationFn: (input: { emails: string[]; role: Exclude<Role, "owner"> }) => tenants.invite(input),
    onSettled,
  });
}

export function useResend() {
  const onSettled = useReread();
  return useMutation({ mutationFn: (inviteId: Id<"invite">) => tenants.resendInvite({ inviteId }), onSettled });
}

export function useCancelInvite() {
  const onSettled = useReread();
  return useMutation({ mutationFn: (inviteId: Id<"invite">) => tenants.cancelInvite({ inviteId }), onSettled });
}

export function useChangeRole() {
  const onSettled = useReread();
  return useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) =>
      tenants.changeRole({ userId: member.userId, version: member.version, role }),
    onSettled,
  });
}

export function useRemoveMember() {
  const onSettled = useReread();
  return useMutation({ mutationFn: (userId: Id<"user">) => tenants.removeMember({ userId }), onSettled });
}
