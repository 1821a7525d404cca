import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { isAlive, markProcess } from "../processes/processes.ts";
import { StartError } from "./start-error.ts";

const Holder = z.object({ pid: z.int().positive(), born: z.string(), url: z.string().optional() });
type Holder = z.infer<typeof Holder>;

/** Removing a dead lock takes milliseconds. */
const REMOVING_MS_MAX = 5_000;

export interface Lock {
  /** True when the run before this one ended without putting things away. */
  readonly wasLeftBehind: boolean;
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

/** One running product for each state folder. The lock of a process that is gone is taken over. */
export async function takeLock(stateDir: string): Promise<Lock> {
  const path = join(stateDir, "lock.json");
  const me = await markProcess(process.pid);
  if (!me) throw new Error("this process cannot see itself");
  let wasLeftBehind = false;
  for (let tries = 0; !(await putInPlace(path, me)); tries++) {
    await refuseIfHeld(path);
    if (tries > 100) throw new Error(`the lock ${path} cannot be taken`);
    if (await removeIfDead(path)) wasLeftBehind = true;
    else await sleep(20);
  }
  return {
    wasLeftBehind,
    announce: (url) => writeFile(path, JSON.stringify({ ...me, url }), { mode: 0o600 }),
    release: () => rm(path, { force: true }),
  };
}

/** Takes it when whoever holds it is done: for what a checkout has one of and two starts may want at once. */
export async function inTurn<T>(folder: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = await waitForLock(folder, signal);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function waitForLock(folder: string, signal: AbortSignal | undefined): Promise<Lock> {
  for (;;) {
    try {
      return await takeLock(folder);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      await sleep(200, undefined, { signal });
    }
  }
}

/** The file appears with its content or not at all, and only where there was none. */
async function putInPlace(path: string, holder: Holder): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function refuseIfHeld(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (!holder || holder === "gone" || !(await isAlive(holder))) return;
  const where = holder.url ? ` on ${holder.url}` : "";
  throw new StartError(`Already running${where}, process ${holder.pid}.`, {
    hint: `Stop it with Ctrl-C where it runs, or with: kill ${holder.pid}`,
  });
}

/**
 * Looking and removing must be one step: between them another start may have removed the dead lock and put its own in
 * place. So it is done inside a folder's existence, which one alone can bring about.
 */
export async function removeIfDead(path: string): Promise<boolean> {
  const alone = `${path}.removing`;
  try {
    await mkdir(alone);
  } catch (error) {
    if (!isTaken(error)) throw error;
    const since = (await stat(alone).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - since > REMOVING_MS_MAX) await rmdir(alone).catch(() => {}); // whoever made it was killed
    return false;
  }
  try {
    const holder = await readHolder(path);
    if (holder === "gone" || (holder && (await isAlive(holder)))) return false;
    await rm(path);
    return true;
  } finally {
    await rmdir(alone);
  }
}

/** Undefined when nobody of ours wrote it. Where nothing is, nothing may be removed: another's lock is about to appear. */
async function readHolder(path: string): Promise<Holder | "gone" | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return "gone";
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const isTaken = (error: unknown) => error instanceof Error && "code" in error && error.code === "EEXIST";
