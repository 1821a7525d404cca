import { describeSteps, isStarting } from "#shared/client/agents/describe-agent.ts";
import type { Agent, AgentEvent } from "#shared/contracts/agents.ts";
import { formatBytes } from "../../lib/format-bytes.ts";

/** One line about an agent as it is: the current step, how large its sealed state is, why it crashed. */
export function describeNow(agent: Agent): string {
  const { state, saved, queued, cause, restarts } = agent;
  if (state === "crashed") return `${cause ?? "No cause was recorded."} Restarted ${count(restarts, "time", "times")}.`;
  if (state === "locked") return "Its task runs and waits for one of your devices to unlock it.";
  if (isStarting(agent)) {
    const step = describeSteps(agent).find((one) => one.state === "current");
    return `Next: ${step?.words ?? "ready"}.`;
  }
  if (state === "deleting") return "Its sealed state is being deleted.";
  if (state === "stopping") return "Its state is being sealed, then its task ends.";
  const waiting = queued > 0 ? ` ${count(queued, "sealed message waits", "sealed messages wait")}.` : "";
  if (state === "stopped")
    return `${saved ? `State sealed, ${formatBytes(saved.bytes)}.` : "Nothing was saved yet."}${waiting}`;
  if (state === "paused") return `Frozen in place; goes on the moment you write.${waiting}`;
  return `Awake${agent.online ? "" : ", its connection is being restored"}.${waiting}`;
}

const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

export const EVENT_WORDS: Record<AgentEvent["event"], string> = {
  "agent.created": "Created",
  "agent.requested": "Start asked for",
  "agent.task_found": "Isolated task found",
  "agent.assigned": "Task checked and assigned",
  "agent.unlocked": "Unlocked by a device of yours",
  "agent.ready": "Ready",
  "agent.state_saved": "State sealed and saved",
  "agent.paused": "Paused",
  "agent.resumed": "Continued",
  "agent.stopping": "Sleep asked for",
  "agent.stopped": "Fell asleep",
  "agent.task_lost": "Task lost",
  "agent.replaced": "Task replaced",
  "agent.crashed": "Crashed too often",
  "agent.deleted": "Deleted",
};

/** The platform writes a state's size as it counted it. */
export const describeDetail = (event: AgentEvent["event"], detail: string): string =>
  event === "agent.state_saved" ? formatBytes(Number.parseInt(detail, 10)) : detail;
