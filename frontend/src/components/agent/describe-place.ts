import type { Agent } from "#shared/contracts/agents.ts";
import { AGENT_SIZES } from "#shared/quotas.ts";

/** Where an agent runs, after "An agent": what keeps it apart from others. */
export const describePlace = (isLocal: boolean): string =>
  isLocal ? "runs as a process of this machine" : "runs alone in its own task";

/** How large an agent may be. A local one has no share of the machine set aside. */
export function describeSize(size: Agent["size"], isLocal: boolean): string {
  if (isLocal) return "what this machine has";
  const { cpuUnits, memoryMib } = AGENT_SIZES[size];
  return `${cpuUnits / 1024} vCPU, ${memoryMib / 1024} GB`;
}

/** What one agent has to itself. */
export function describeRoom(size: Agent["size"], isLocal: boolean): string {
  if (isLocal) return "A process of this machine, in a sandbox where the machine has one";
  return `${describeSize(size, isLocal)}, alone in its own task`;
}
