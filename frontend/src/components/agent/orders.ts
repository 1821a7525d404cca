import type { Agent } from "#shared/contracts/agents.ts";
import type { Order } from "../../lib/agent-session/use-agents.ts";
import { formatBytes } from "../../lib/format-bytes.ts";

const MAY: Record<Order, readonly Agent["state"][]> = {
  wake: ["paused", "stopped", "crashed"],
  pause: ["running"],
  stop: ["running", "paused", "locked"],
  remove: ["provisioning", "starting", "locked", "running", "paused", "stopping", "stopped", "crashed"],
};

/** Whether an agent in this state can be told to. */
export const mayBeTold = (order: Order, state: Agent["state"]): boolean => MAY[order].includes(state);

/** The one thing to do first about an agent in this state; nothing while it is on its way to another. */
export function nextOrder(state: Agent["state"]): "wake" | "stop" | undefined {
  if (mayBeTold("stop", state)) return "stop";
  return mayBeTold("wake", state) ? "wake" : undefined;
}

/** What is kept through sleep, in one line, before somebody puts it to sleep or wakes it. */
export function describeKept({ state, saved }: Pick<Agent, "state" | "saved">): string | undefined {
  const next = nextOrder(state);
  const from = saved ? `its sealed state, ${formatBytes(saved.bytes)}` : undefined;
  if (next === "wake") return from ? `Wakes from ${from}.` : "Nothing was saved yet: it begins anew.";
  if (next === undefined) return undefined;
  if (state !== "locked") return "Sleep keeps its state, sealed.";
  return from ? `Sleep keeps ${from}.` : "Nothing was saved yet.";
}
