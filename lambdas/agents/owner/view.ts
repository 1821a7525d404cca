import type { Directory } from "#platform/directory.ts";
import { Agent } from "#shared/contracts/agents.ts";
import { type AgentRow, isOneOf } from "../rows/agent.repository.ts";
import { medianStart } from "../rows/start-times.repository.ts";

interface Looking {
  readonly directory: Directory;
  readonly now: () => Date;
}

/** An agent as its owner sees it. */
export async function viewOf(ctx: Looking, row: AgentRow): Promise<Agent> {
  return Agent.parse({ ...row, online: row.connectionId !== null, etaSeconds: await etaOf(ctx, row) });
}

/** Seconds until it answers, from this deployment's own starts; null when nothing starts, or nothing was ever measured. */
async function etaOf({ directory, now }: Looking, row: AgentRow): Promise<number | null> {
  const requested = row.steps.find(({ step }) => step === "requested");
  const isReady = row.steps.some(({ step }) => step === "ready");
  const isStarting = isOneOf(row.state, "provisioning", "starting", "locked") || (row.state === "running" && !isReady);
  if (isStarting && requested) {
    const usual = await medianStart(directory, row.size, row.startedWarm ? "warm" : "cold");
    if (usual === undefined) return null;
    return Math.max(1, Math.ceil(usual - (now().getTime() - Date.parse(requested.at)) / 1000));
  }
  if (row.state !== "stopped") return null;
  return (await medianStart(directory, row.size, "warm")) ?? (await medianStart(directory, row.size, "cold")) ?? null;
}
