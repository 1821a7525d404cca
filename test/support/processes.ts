import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly folder: string;
}

/** The processes that a running product has started: those whose working folder lies under its own, and their children. */
function processesUnder(folder: string): Process[] {
  const all = listProcesses();
  const found = new Map(all.filter((p) => p.folder.startsWith(folder)).map((p) => [p.pid, p]));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const process of all) if (found.has(process.parent)) found.set(process.pid, process);
  }
  return [...found.values()];
}

function listProcesses(): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

function readProcess(pid: number): Process | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return {
      pid,
      command,
      parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]),
      folder: readlinkSync(`/proc/${pid}/cwd`),
    };
  } catch {
    return undefined; // it ended while we looked
  }
}

/** Of one task, where it is named. */
export const supervisors = (folder: string, task = ""): Process[] =>
  processesUnder(join(folder, "tasks", task)).filter(({ command }) => command.includes("supervisor.mjs"));

/** OpenClaw's gateway itself, by the name it gives itself; not the sandbox around it. */
export const gateways = (folder: string, task = ""): Process[] =>
  processesUnder(join(folder, "tasks", task)).filter(({ command }) => command.startsWith("openclaw-gateway"));

/** The emulator's Lambda workers: the Node processes it started. */
export const lambdaWorkers = (folder: string): Process[] =>
  processesUnder(join(folder, "emulator")).filter(({ command }) => /(^|\/)node\b/.test(command.split(" ")[0] ?? ""));

/** What a process was started with, as another one of the same user reads it. */
export const environmentOf = ({ pid }: Process): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

export const killAll = (processes: readonly Process[]): void => {
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
};
