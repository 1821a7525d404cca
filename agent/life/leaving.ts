import { nameCause } from "../platform/log.ts";
import { isRefusal } from "../platform/platform.ts";
import { type Core, within } from "./core.ts";

const STOP_MS = 6_000;
const REPORT_MS = 4_000;
const TERM_MS = 8_000;
const ABORT_MS = 5_000;
const FINISH_MS_MAX = 15_000;

/** The platform wants this task to end: answers are finished or stopped, the state is saved for good, then everything ends. */
export async function suspend(core: Core, deadlineSeconds: number): Promise<void> {
  if (core.phase === "leaving") return;
  const { live } = core;
  core.phase = "leaving";
  if (!live) {
    core.log.info("task.suspended_locked"); // its last state is the one there is
    return end(core, 0);
  }
  try {
    await settleTurns(core, Math.min(FINISH_MS_MAX, deadlineSeconds * 250));
    await live.agent.saving.saveNow(true);
    core.log.info("task.suspended");
    await end(core, 0);
  } catch (error) {
    await fail(core, error);
  }
}

/** Running answers get a moment to finish; then they are stopped, and keep what they have. Those that wait, wait on in the state. */
async function settleTurns({ live, startTimer, openclaw }: Core, patienceMs: number): Promise<void> {
  if (!live) return;
  openclaw.thaw();
  const { turns } = live.agent.conversations;
  turns.hold();
  await within(startTimer, patienceMs, turns.whenIdle());
  if (turns.isIdle()) return;
  turns.abortAll();
  await within(startTimer, ABORT_MS, turns.whenIdle());
}

/** SIGTERM: whatever can be saved in eight seconds is. What was acknowledged is in the journal anyway. */
export async function terminate(core: Core): Promise<void> {
  if (core.phase === "leaving") return;
  const { live } = core;
  core.phase = "leaving";
  core.log.info("task.terminated");
  if (live) {
    const save = async () => {
      await settleTurns(core, TERM_MS / 4);
      await live.agent.saving.saveNow(false);
    };
    await within(core.startTimer, TERM_MS, save());
  }
  await end(core, 0);
}

/** Something went wrong that this task cannot mend. Another task goes on from the journal. */
export async function fail(core: Core, cause: unknown): Promise<void> {
  if (core.isOver) return;
  core.phase = "leaving";
  core.log.error("task.failed", cause);
  if (!isRefusal(cause) && core.platform.assignment()) {
    const detail = `The agent's program failed (${nameCause(cause)}).`.slice(0, 200);
    await within(core.startTimer, REPORT_MS, core.reports.tell("failed", { detail }));
  }
  await end(core, 1);
}

async function end(core: Core, code: number): Promise<void> {
  if (core.isOver) return;
  core.isOver = true;
  core.live?.agent.close();
  core.socket.close();
  core.platform.stop();
  await within(core.startTimer, STOP_MS, Promise.all([core.openclaw.stop(), core.model.close(), core.vault.close()]));
  core.exit(code);
}
