import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Tenant } from "#shared/contracts/tenants.ts";
import { agents, tenants } from "../../../lib/api.ts";

const TENANT = ["tenant"] as const;

export const useTenant = () => useQuery({ queryKey: TENANT, queryFn: () => tenants.get({}) });

/** The version goes along: a name that someone else changed meanwhile is not overwritten, but read again. */
export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ tenant, name }: { tenant: Tenant; name: string }) =>
      tenants.rename({ name, version: tenant.version }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["me"] }),
    onSettled: () => client.invalidateQueries({ queryKey: TENANT }),
  });
}

/** How much of the tier is in use: people with their open invites, and the agents one may see. */
export const useCounts = () =>
  useQuery({
    queryKey: ["tenant", "counts"],
    queryFn: async () => {
      const [users, mine] = await Promise.all([countMembers(), agents.list({ limit: 100 })]);
      return { users, agents: mine.items.length };
    },
  });

async function countMembers(): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const page: { items: readonly unknown[]; cursor: string | null } = await tenants.listMembers({
      limit: 100,
      ...(cursor ? { cursor } : {}),
    });
    count += page.items.length;
    cursor = page.cursor;
  } while (cursor);
  return count;
}
