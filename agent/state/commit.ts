import type * as z from "zod";
import { ApiError } from "#shared/client/api-client.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import type { TasksApi } from "../platform/platform.ts";
import { isPassing } from "../platform/retrying.ts";

type Commit = z.input<(typeof tasksContract)["commitState"]["input"]>;

const TRIES = 4;
const PAUSE_MS = 1_000;

/**
 * Commits, and finds out what became of it when the answer was lost. A state of this number can only be this task's: another
 * task's word would have been answered with `task.replaced`.
 */
export async function commitState(
  { api, startTimer }: { readonly api: TasksApi; readonly startTimer: (ms: number, fire: () => void) => () => void },
  commit: Commit,
): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return void (await api.commitState(commit));
    } catch (error) {
      const isTaken = error instanceof ApiError && error.code === "task.state_lost_race";
      const mayBeOurs = isPassing(error) || (isTaken && tried > 1);
      if (!mayBeOurs) throw error;
      if (await isCommitted(api, commit.seq)) return;
      if (isTaken || tried >= TRIES) throw error;
    }
    await new Promise<void>((resolve) => void startTimer(PAUSE_MS * tried, resolve));
  }
}

const isCommitted = async (api: TasksApi, seq: number): Promise<boolean> =>
  (await api.getState({}).catch(() => null))?.seq === seq;
