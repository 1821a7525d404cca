import type * as z from "zod";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import type { Log } from "./log.ts";
import { isRefusal, type TasksApi } from "./platform.ts";
import { retrying } from "./retrying.ts";

type Report = z.input<(typeof tasksContract)["report"]["input"]>;

/** What the platform hears of a task: facts of a fixed list, never what was said. */
export interface Reports {
  /** Resolves when it was told, or could not be. Facts are told in the order they happened. */
  tell(fact: Report["fact"], more?: Pick<Report, "detail" | "firstMessage">): Promise<void>;
  /** Someone is here: told at most once a minute, but the first message always. */
  active(isFirstMessage: boolean): void;
}

export interface ReportsInput {
  readonly api: Pick<TasksApi, "report">;
  readonly log: Log;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly onRefused: (cause: unknown) => void;
}

const ACTIVE_MS = 60_000;
const TRIES = 5;
/** What the platform goes by for as long as the task lives: told until it is heard, however long nothing answers. */
const UNTIL_HEARD: readonly Report["fact"][] = ["unlocked", "ready", "paused", "resumed"];

export function makeReports({ api, log, now, startTimer, onRefused }: ReportsInput): Reports {
  let work: Promise<void> = Promise.resolve();
  let activeAt = Number.NEGATIVE_INFINITY;
  const send = async (report: Report) => {
    try {
      await retrying(startTimer, () => api.report(report), UNTIL_HEARD.includes(report.fact) ? Infinity : TRIES);
    } catch (error) {
      log.error("report.not_told", error, { told: report.fact });
      if (isRefusal(error) && report.fact !== "failed") onRefused(error);
    }
  };
  const tell: Reports["tell"] = (fact, more = {}) => {
    log.info("task.fact", { told: fact });
    work = work.then(() => send({ fact, ...more }));
    return work;
  };
  return {
    tell,
    active(isFirstMessage) {
      if (!isFirstMessage && now() - activeAt < ACTIVE_MS) return;
      activeAt = now();
      void tell("active", isFirstMessage ? { firstMessage: true } : {});
    },
  };
}
