import type { TaskControl } from "#shared/channel/control.ts";
import { isRefusal } from "../platform/platform.ts";
import { type Core, within } from "./core.ts";
import { fail, suspend, terminate } from "./leaving.ts";

const ASK_AGAIN_MS = 500;
const ASKS_MAX = 20;

/** What the platform says to the task. It can make it look again, wait or stop; it is believed in nothing else. */
export function hearOrder(core: Core, order: TaskControl): void {
  if (order.control === "shutdown") void terminate(core);
  else if (order.control === "refused") core.log.info("relay.refused", { reason: order.reason });
  else if (order.control === "assign") void becomeAgent(core);
  else if (order.generation === core.platform.assignment()?.generation) obey(core, order); // none of another launch
}

type Order = Extract<TaskControl, { control: "suspend" | "pause" | "resume" | "wake" | "peer.gone" }>;

function obey(core: Core, order: Order): void {
  if (order.control === "suspend") void suspend(core, order.deadlineSeconds);
  else if (order.control === "pause") void pause(core);
  else if (order.control === "resume") resume(core);
  else if (order.control === "peer.gone") core.live?.agent.disconnected(order.connectionId);
  else wake(core);
}

/** The word "assign" carries nothing: a fresh token says which agent this task is, if any. Never rejects. */
export async function becomeAgent(core: Core, asksMax = ASKS_MAX): Promise<void> {
  const { platform, startTimer, log } = core;
  const ask = () =>
    platform.learnAssignment().catch((error: unknown) => {
      log.error("task.not_told", error);
      if (isRefusal(error)) void fail(core, error);
      return null;
    });
  if (platform.assignment()) return;
  for (let asked = 0; asked < asksMax; asked++) {
    if (await ask()) return log.info("task.assigned");
    if (asked + 1 < asksMax) await new Promise<void>((resolve) => void startTimer(ASK_AGAIN_MS, resolve));
  }
}

export function wake(core: Core): void {
  const { live, log, phase } = core;
  if (phase !== "live" || !live) return;
  live.agent.readQueue().catch((error: unknown) => log.error("queue.not_read", error));
  live.agent.lending.look().catch((error: unknown) => log.error("lending.not_read", error));
}

/** OpenClaw is frozen where it stands, once it is quiet and saved. Whoever speaks thaws it. One at work says so: it is not deaf. */
async function pause(core: Core): Promise<void> {
  const { live, openclaw, reports, startTimer, log } = core;
  if (!live || core.phase !== "live" || core.isPaused) return;
  core.isPaused = true;
  const { agent } = live;
  if (!agent.conversations.turns.isIdle()) void reports.tell("active");
  await within(startTimer, 30_000, agent.conversations.turns.whenIdle());
  await agent.saving.saveIfChanged().catch((error: unknown) => log.error("state.not_saved", error));
  if (!core.isPaused || !agent.conversations.turns.isIdle()) return resume(core);
  openclaw.freeze();
  void reports.tell("paused");
  agent.conversations.tellStatus();
}

export function resume(core: Core): void {
  if (!core.isPaused) return;
  core.isPaused = false;
  core.openclaw.thaw();
  void core.reports.tell("resumed");
  core.live?.agent.conversations.tellStatus();
}
