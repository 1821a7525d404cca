import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { chmod, chown, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { ended, markProcess, type ProcessMark } from "../processes/processes.ts";
import { environmentOf, type Program } from "./program.ts";

export interface TaskPlace {
  readonly folder: string; // its disk; erased when it ends
  readonly log: string;
  readonly user: number | undefined; // its own, where we may choose
}

export interface TaskProcess {
  readonly mark: ProcessMark;
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a task's program as the leader of its own process group, in its own folder, as its own user. */
export async function startProcess(program: Program, place: TaskPlace): Promise<TaskProcess> {
  const { folder, user } = place;
  await rm(folder, { recursive: true, force: true });
  const volumes = new Set(["tmp", ...Object.keys(program.volumes).map((name) => basename(name))]);
  for (const path of [folder, ...[...volumes].map((name) => join(folder, name))]) {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o700);
    if (user !== undefined) await chown(path, user, user);
  }
  const output = openSync(place.log, "a", 0o600);
  const [command, ...args] = program.argv;
  const child = spawn(command, args, {
    cwd: folder,
    env: environmentOf(program, folder),
    stdio: ["ignore", output, output],
    detached: true,
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  closeSync(output);
  const exit = ended(child);
  await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  const mark = child.pid === undefined ? undefined : await markProcess(child.pid);
  // Too quick to be seen: it has ended already, and a mark that fits no process is never signalled.
  return { mark: mark ?? { pid: child.pid ?? 0, born: "ended" }, exit };
}
