import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import { signalGroup, stopGroup } from "../processes/processes.ts";
import { type Announcer, type AnnouncerParts, announcer } from "./announcer.ts";
import type { WantedTask } from "./fleet.ts";
import type { Entry } from "./ledger.ts";
import { type Image, programOf } from "./program.ts";
import type { Ending } from "./state-change.ts";
import { startProcess, type TaskProcess } from "./task-process.ts";
import type { Users } from "./users.ts";

export interface RunnerParts extends AnnouncerParts {
  readonly users: Users;
  readonly image: Image;
  readonly folders: { readonly tasks: string; readonly logs: string };
  readonly everyMs?: number;
}

export interface TaskRunner {
  /** Ends what an earlier run left, and tells the platform. Do this before asking for new tasks. */
  settle(): Promise<void>;
  start(): void;
  /** Ends every task's process. The platform hears of it at the next start, as after a machine that went down. */
  stop(graceMs: number): Promise<void>;
}

interface Running {
  readonly task: Task;
  readonly process: TaskProcess;
  readonly user: number | undefined;
  readonly graceMs: number;
  ending?: Ending; // set when we ended it, so that its exit is not taken for a crash
}

interface State {
  readonly parts: RunnerParts;
  readonly running: Map<string, Running>;
  readonly news: Announcer;
  readonly stopping: AbortSignal;
}

/** Makes processes agree with the emulator's list of tasks, which starts none itself. */
export function taskRunner(parts: RunnerParts): TaskRunner {
  const abort = new AbortController();
  const news = announcer(parts, abort.signal);
  const state: State = { parts, running: new Map(), news, stopping: abort.signal };
  let loop: Promise<void> | undefined;
  return {
    async settle() {
      const left = [...parts.ledger.entries.values()];
      await Promise.all(left.map((entry) => settleOne(state, entry)));
    },
    start() {
      loop ??= keepReconciling(state);
    },
    async stop(graceMs) {
      abort.abort();
      await loop;
      await giveUpUnstarted(state).catch(() => undefined); // the emulator may be gone: then it has forgotten them too
      for (const taskArn of state.running.keys())
        void endTask(state, taskArn, ending("ServiceSchedulerInitiated", "The machine went down"), graceMs);
      while (state.running.size > 0) await sleep(20);
      await news.quiet();
    },
  };
}

/** What is wanted and not known is started; what runs and is not wanted is ended; what has ended is not started again. */
export function compare(wanted: readonly string[], running: readonly string[], known: readonly string[]) {
  const seen = new Set([...running, ...known]);
  const still = new Set(wanted);
  return { toStart: wanted.filter((arn) => !seen.has(arn)), toStop: running.filter((arn) => !still.has(arn)) };
}

async function keepReconciling(state: State): Promise<void> {
  const { everyMs = 200, say } = state.parts;
  for (let failures = 0; !state.stopping.aborted; ) {
    try {
      await reconcile(state);
      failures = 0;
    } catch (error) {
      if (++failures === 5) say(`The list of tasks cannot be read. ${String(error)}`);
    }
    await sleep(everyMs, undefined, { signal: state.stopping }).catch(() => {});
  }
}

async function reconcile(state: State): Promise<void> {
  const { fleet, ledger } = state.parts;
  const wanted = await fleet.listWanted();
  const { toStart, toStop } = compare(wanted, [...state.running.keys()], [...ledger.entries.keys()]);
  for (const taskArn of toStop) void endTask(state, taskArn, ending("UserInitiated", "Task stopped by user"));
  if (toStart.length === 0) return;
  for (const one of await fleet.describe(toStart.slice(0, 100))) if (!state.stopping.aborted) await launch(state, one);
}

/** What the platform has asked for and nobody has started is told as ended, by the next start: it will not come. */
async function giveUpUnstarted(state: State): Promise<void> {
  const { fleet, ledger } = state.parts;
  const { toStart } = compare(await fleet.listWanted(), [...state.running.keys()], [...ledger.entries.keys()]);
  if (toStart.length === 0) return;
  for (const { task } of await fleet.describe(toStart.slice(0, 100)))
    await conclude(state, {
      taskArn: task.taskArn ?? "",
      task,
      ending: ending("ServiceSchedulerInitiated", "The machine went down"),
    });
}

async function launch(state: State, wanted: WantedTask): Promise<void> {
  const { folders, users, image, ledger, say } = state.parts;
  const { task } = wanted;
  const taskArn = task.taskArn ?? "";
  const program = programOf(wanted, image);
  const user = users.take();
  try {
    const log = join(folders.logs, `task-${idOf(taskArn)}.log`);
    const process = await startProcess(program, { folder: folderOf(state, taskArn), log, user });
    const one: Running = { task, process, user, graceMs: program.graceSeconds * 1000 };
    state.running.set(taskArn, one);
    void process.exit
      .then(({ code }) => finish(state, taskArn, code ?? 137)) // 128 + SIGKILL, as a container's exit reads
      .catch((error: unknown) => say(`Task ${idOf(taskArn)} could not be put away. ${String(error)}`));
    await ledger.put({ taskArn, task, process: process.mark });
  } catch (error) {
    users.giveBack(user);
    const cause = error instanceof Error ? error.message : String(error);
    await conclude(state, {
      taskArn,
      task,
      ending: ending("TaskFailedToStart", `CannotStartContainerError: ${cause}`),
    });
  }
}

function endTask(state: State, taskArn: string, why: Ending, graceMs?: number): Promise<void> | undefined {
  const one = state.running.get(taskArn);
  if (!one || (one.ending && graceMs === undefined)) return undefined;
  one.ending ??= why;
  return stopGroup(one.process.mark, graceMs ?? one.graceMs);
}

/** What the process left in its group goes with it. */
async function finish(state: State, taskArn: string, exitCode: number): Promise<void> {
  const one = state.running.get(taskArn);
  if (!one) return;
  signalGroup(one.process.mark.pid, "SIGKILL");
  const why = one.ending ?? ending("EssentialContainerExited", "Essential container in task exited");
  const told = conclude(state, { taskArn, task: one.task, ending: { ...why, exitCode } });
  await told.finally(() => {
    state.running.delete(taskArn);
    state.parts.users.giveBack(one.user);
  });
}

/** The task's disk is erased: it held what its agent knew. Then the news is told. */
async function conclude(state: State, entry: Entry): Promise<void> {
  await rm(folderOf(state, entry.taskArn), { recursive: true, force: true, maxRetries: 3 });
  await state.parts.ledger.put(entry);
  if (!state.stopping.aborted) void state.news.announce(entry);
}

async function settleOne(state: State, entry: Entry): Promise<void> {
  if (entry.process) await stopGroup(entry.process, 5_000);
  const why = entry.ending ?? ending("ServiceSchedulerInitiated", "The machine was restarted");
  const settled = { ...entry, ending: why };
  await rm(folderOf(state, entry.taskArn), { recursive: true, force: true, maxRetries: 3 });
  await state.parts.ledger.put(settled);
  await state.news.announce(settled);
}

const ending = (code: Ending["code"], reason: string): Ending => ({ code, reason, at: new Date().toISOString() });
const idOf = (taskArn: string) => taskArn.slice(taskArn.lastIndexOf("/") + 1);
const folderOf = (state: State, taskArn: string) => join(state.parts.folders.tasks, idOf(taskArn));
