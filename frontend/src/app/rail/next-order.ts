import type { Agent } from "#shared/contracts/agents.ts";

const AWAKE: readonly Agent["state"][] = ["locked", "running", "paused"];
const ASLEEP: readonly Agent["state"][] = ["stopped", "crashed"];

/** What there is to do about an agent in this state; nothing while it is on its way to another. */
export function nextOrder(state: Agent["state"]): "wake" | "stop" | undefined {
  if (AWAKE.includes(state)) return "stop";
  return ASLEEP.includes(state) ? "wake" : undefined;
}
