import { constants, existsSync } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { giveAllTo } from "../cell/cell.ts";
import type { Layout } from "../cell/layout.ts";
import type { Sandbox } from "../cell/sandbox.ts";

/**
 * A copy: `openclaw/`, the state folder without what can be made again, and `sessions.json`, the ids its sessions had. It is taken
 * while every process is stopped, so it is what a power cut would leave, which SQLite recovers from; the write-ahead files belong to it.
 */
const STATE = "openclaw";
const SESSIONS = "sessions.json";
const LEFT_OUT = new Set(["tmp", "logs", ".npm", ".cache"]);
const LEFT_OUT_ENDS = ["-shm", ".lock", ".lock.sqlite"];
const ARCHIVED = ".jsonl.deleted."; // OpenClaw keeps what was deleted

export type SessionIds = ReadonlyMap<string, string>;

export async function writeCopy(layout: Layout, into: string, sessions: SessionIds): Promise<void> {
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  if (existsSync(layout.state.outside)) await copyFolder(layout.state.outside, join(into, STATE));
  await writeFile(join(into, SESSIONS), JSON.stringify(Object.fromEntries(sessions)), { mode: 0o600 });
}

/** What was in the copy when it was taken, for whoever checks that it came back. */
export async function readSessions(from: string): Promise<SessionIds> {
  const text = await readFile(join(from, SESSIONS), "utf8");
  return new Map(Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(text))));
}

/** Moves the copy to where it can take the state's place by a rename. */
export async function stageCopy(layout: Layout, sandbox: Sandbox, from: string): Promise<void> {
  await rm(layout.stage, { recursive: true, force: true });
  const source = join(from, STATE);
  await rename(source, layout.stage).catch(() => copyFolder(source, layout.stage)); // another disk
  await giveAllTo(sandbox, layout.stage);
  await rm(from, { recursive: true, force: true });
}

/** A path below the state folder. The workspace is the agent's own, with whatever names it gave. */
function isKept(path: string): boolean {
  const top = path.split("/")[0] ?? "";
  if (top === "workspace") return true;
  return !LEFT_OUT.has(top) && !path.includes(ARCHIVED) && !LEFT_OUT_ENDS.some((end) => path.endsWith(end));
}

/** A conversation its owner deleted is gone here, too. */
export async function dropArchives({ state }: Layout): Promise<void> {
  const folder = join(state.outside, "agents/main/sessions");
  const names = await readdir(folder).catch(() => []); // none was ever archived
  for (const name of names) if (name.includes(ARCHIVED)) await rm(join(folder, name), { force: true });
}

/** Folders and plain files. A link could lead the reader out of the folder, so none is followed and none is kept. */
async function copyFolder(from: string, to: string, below = ""): Promise<void> {
  const { mode } = await lstat(from);
  await mkdir(to, { mode: (mode & 0o777) | 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (!isKept(path)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target, path);
    else if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Puts the staged state in the place of the one there is. */
export async function swapState(layout: Layout): Promise<void> {
  const old = join(dirname(layout.stage), "old");
  await rm(old, { recursive: true, force: true });
  if (existsSync(layout.state.outside)) await rename(layout.state.outside, old);
  await rename(layout.stage, layout.state.outside);
}

export const dropOld = (layout: Layout): Promise<void> =>
  rm(join(dirname(layout.stage), "old"), { recursive: true, force: true });
