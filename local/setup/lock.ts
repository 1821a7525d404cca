import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { isAlive, markProcess } from "../processes/processes.ts";
import { StartError } from "./start-error.ts";

const Holder = z.object({ pid: z.int().positive(), born: z.string(), url: z.string().optional() });
type Holder = z.infer<typeof Holder>;

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
  const write = (url?: string, flag = "w") =>
    writeFile(path, JSON.stringify({ ...me, url } satisfies Partial<Holder>), { flag, mode: 0o600 });
  let wasLeftBehind = false;
  for (let tries = 0; ; tries++) {
    try {
      await write(undefined, "wx");
      break;
    } catch (error) {
      if (!isTaken(error) || tries > 4) throw error;
    }
    await refuseIfHeld(path);
    wasLeftBehind = true;
    await setAside(path);
  }
  return { wasLeftBehind, announce: (url) => write(url), release: () => rm(path, { force: true }) };
}

async function refuseIfHeld(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (!holder || !(await isAlive(holder))) return;
  const where = holder.url ? ` on ${holder.url}` : "";
  throw new StartError(`Already running${where}, process ${holder.pid}.`, {
    hint: `Stop it with Ctrl-C where it runs, or with: kill ${holder.pid}`,
  });
}

/** Of two that find the same dead lock, only one can move it away; the other meets the new one and is refused. */
async function setAside(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (moved && (await isAlive(moved))) await rename(aside, path);
  else await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined; // half written, or gone: nobody holds it
  }
}

const isTaken = (error: unknown) => error instanceof Error && "code" in error && error.code === "EEXIST";
