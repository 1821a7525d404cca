import type { Directory } from "#platform/tables/directory.ts";
import { isStarting } from "#shared/client/agents/describe-agent.ts";
import { Agent } from "#shared/contracts/agents.ts";
import type { AgentRow } from "../rows/agent.repository.ts";
import { medianStart } from "../rows/start-times.repository.ts";

interface Looking {
  readonly directory: Directory;
}

/** An agent as its owner sees it. */
export async function viewOf(ctx: Looking, row: AgentRow): Promise<Agent> {
  return Agent.parse({ ...row, online: row.connectionId !== null, etaSeconds: await etaOf(ctx, row) });
}

/** How many seconds a start usually takes, from this deployment's own; null when nothing starts, or nothing was ever measured. */
async function etaOf({ directory }: Looking, row: AgentRow): Promise<number | null> {
  const median = async (kind: "warm" | "cold") => (await medianStart(directory, row.size, kind)) ?? null;
  if (isStarting(row)) return median(row.startedWarm ? "warm" : "cold");
  return row.state === "stopped" ? ((await median("warm")) ?? median("cold")) : null;
}
