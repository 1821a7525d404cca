import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Invite, Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import type { Reading } from "../../components/waiting.tsx";
import { tenants } from "../../lib/api.ts";

const PAGE = 100;
const MEMBERS = ["members"] as const;
const INVITES = ["invites"] as const;

interface PageOf<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** A whole list, read page after page: people are counted in tens, and who may be changed depends on all of them. */
function useWhole<T>(
  queryKey: readonly string[],
  read: (cursor: string | undefined) => Promise<PageOf<T>>,
): Reading<T[]> {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor ?? undefined,
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const { error, refetch, data } = query;
  return { error, isFetching, refetch, data: data?.pages.flatMap(({ items }) => items) };
}

const page = (cursor: string | undefined) => ({ limit: PAGE, ...(cursor ? { cursor } : {}) });

export const useMembers = () => useWhole<Member>(MEMBERS, (cursor) => tenants.listMembers(page(cursor)));
export const useInvites = () => useWhole<Invite>(INVITES, (cursor) => tenants.listInvites(page(cursor)));

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
