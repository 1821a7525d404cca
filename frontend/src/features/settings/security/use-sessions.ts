import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Id } from "#shared/ids.ts";
import { identity } from "../../../lib/api.ts";

const SESSIONS = ["sessions"] as const;

export const useSessions = () =>
  useQuery({ queryKey: SESSIONS, queryFn: async () => (await identity.listSessions({})).items });

export function useRevokeSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (sessionId: Id<"session">) => identity.revokeSession({ sessionId }),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}

export function useRevokeOthers() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => identity.revokeOtherSessions({}),
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS }),
  });
}
