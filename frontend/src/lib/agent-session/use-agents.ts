import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { describeState } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { agents } from "../api.ts";

const FOLLOW_MS = 2_000;

/** A state that passes by itself, so that it is worth looking again. */
export const isMoving = (agent: Pick<Agent, "state" | "steps">): boolean => describeState(agent).isMoving;

export const AGENTS_KEY = ["agents"] as const;
const keyOf = (agentId: Agent["id"]) => [...AGENTS_KEY, agentId] as const;
export const grantsKey = (agentId: Agent["id"]) => [...keyOf(agentId), "grants"] as const;

/** Your agents, followed while one of them starts, stops or goes. */
export const useAgents = (isOn = true) =>
  useQuery({
    queryKey: AGENTS_KEY,
    queryFn: () => agents.list({ limit: 100 }),
    enabled: isOn,
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? FOLLOW_MS : false),
  });

export const useAgent = (agentId: Agent["id"]) =>
  useQuery({
    queryKey: keyOf(agentId),
    queryFn: () => agents.get({ agentId }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? FOLLOW_MS : false),
  });

/** Its history, read again whenever the agent shows that something happened. */
export const useAgentEvents = ({ id: agentId, ...agent }: Agent) =>
  useInfiniteQuery({
    queryKey: [...keyOf(agentId), "events", marksOf(agent)],
    queryFn: ({ pageParam }) => agents.listEvents({ agentId, limit: 20, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: ({ cursor }) => cursor,
    placeholderData: (before) => before,
  });

const marksOf = ({ generation, state, steps, saved, version }: Omit<Agent, "id">) =>
  [generation, state, steps.length, saved?.seq ?? 0, version] as const;

export type Order = "wake" | "pause" | "stop" | "remove";

/** Something an agent is told to do through the platform; the answer is how it is now. */
export function useOrder(agentId: Agent["id"]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: Order) => agents[order]({ agentId }),
    onSuccess: (agent) => keepAgent(queries, agent),
    onError: () => queries.invalidateQueries({ queryKey: keyOf(agentId) }),
  });
}

export function useRename(agentId: Agent["id"]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: { name: string; version: number }) => agents.rename({ agentId, ...input }),
    onSuccess: (agent) => keepAgent(queries, agent),
    onError: () => queries.invalidateQueries({ queryKey: keyOf(agentId) }),
  });
}

/** What is known of an agent from elsewhere (an order's answer, its link), for everything that shows it. */
export function keepAgent(queries: QueryClient, agent: Agent): void {
  const newer = (known: Agent | undefined) => (known && known.version > agent.version ? known : agent);
  queries.setQueryData<Agent>(keyOf(agent.id), newer);
  queries.setQueryData<Awaited<ReturnType<typeof agents.list>>>(
    AGENTS_KEY,
    (page) => page && { ...page, items: page.items.map((one) => (one.id === agent.id ? newer(one) : one)) },
  );
  const isAsked = queries.isFetching({ queryKey: AGENTS_KEY, exact: true }) > 0;
  if (isAsked) void queries.invalidateQueries({ queryKey: AGENTS_KEY, exact: true }); // its answer may be older than this
}
