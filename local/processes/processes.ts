import { type ChildProcess, execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A process we started, told apart from a later one that was given the same number. */
export interface ProcessMark {
  readonly pid: number;
  readonly born: string;
}

export async function markProcess(pid: number): Promise<ProcessMark | undefined> {
  const born = await readBirth(pid);
  return born === undefined ? undefined : { pid, born };
}

export async function isAlive(mark: ProcessMark): Promise<boolean> {
  return (await readBirth(mark.pid)) === mark.born;
}

/**
 * Asks a process group to end, waits, and ends it. Every process here leads a group of its own, so that a Ctrl-C
 * at the terminal does not reach it before we say so, and its children go with it.
 */
export async function stopGroup(mark: ProcessMark, graceMs: number): Promise<void> {
  if (!(await isAlive(mark))) return;
  signalGroup(mark.pid, "SIGTERM");
  for (const until = Date.now() + graceMs; Date.now() < until; await sleep(40)) if (!(await isAlive(mark))) break;
  signalGroup(mark.pid, "SIGKILL"); // also what an ended leader left behind
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return; // 0 would be our own group, 1 everybody
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

export const ended = (child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null)
      resolve({ code: child.exitCode, signal: child.signalCode });
    else child.once("exit", (code, signal) => resolve({ code, signal }));
  });

const isGone = (error: unknown) => error instanceof Error && "code" in error && error.code === "ESRCH";

async function readBirth(pid: number): Promise<string | undefined> {
  return process.platform === "linux" ? readLinuxBirth(pid) : readBirthByPs(pid);
}

/** Boot, and ticks since boot (field 22, counted after the name, which may hold spaces). A zombie is not alive. */
async function readLinuxBirth(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : `${boot.trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

async function readBirthByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
    const [, state = "", started = ""] = /^\s*(\S+)\s+(.*?)\s*$/.exec(stdout) ?? [];
    return state.startsWith("Z") || started === "" ? undefined : started;
  } catch {
    return undefined;
  }
}
