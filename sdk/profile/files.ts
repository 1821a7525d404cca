import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { lock } from "proper-lockfile";
import type { Database } from "#shared/client/device/database.ts";

/** How long one program waits for another that is at the same thing. */
export const PATIENCE = { retries: { retries: 100, minTimeout: 20, maxTimeout: 200 }, stale: 15_000 };
const SUFFIX = ".kept";

/** What a machine keeps: one file for each name, which only its owner can read. Bytes stay bytes, as in a browser's database. */
export function openFiles(folder: string): Database {
  const pathOf = (name: string) => `${join(folder, ...name.split("/"))}${SUFFIX}`;
  return {
    get: (name) => readKept(pathOf(name)),
    put: (name, value) => writeWhole(pathOf(name), serialize(value)),
    async change<T>(name: string, next: (kept: T | undefined) => T) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const release = await lock(folder, { ...PATIENCE, lockfilePath: join(folder, "kept.lock") });
      try {
        const value = next(await readKept<T>(pathOf(name)));
        await writeWhole(pathOf(name), serialize(value));
        return value;
      } finally {
        await release();
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    async list<T>(prefix: string) {
      const inside = join(folder, ...prefix.split("/"));
      const names = await readdir(inside).catch(ifMissing([]));
      const kept = names.filter((name) => name.endsWith(SUFFIX)).toSorted();
      const values = await Promise.all(kept.map((name) => readKept<T>(join(inside, name))));
      return values.filter((value) => value !== undefined);
    },
  };
}

async function readKept<T>(path: string): Promise<T | undefined> {
  const bytes = await readFile(path).catch(ifMissing(undefined));
  return bytes && (deserialize(bytes) as T); // written by `put` alone; who reads it knows what it put there
}

/** The old bytes or the new ones, never a part of either. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}.${crypto.randomUUID()}`;
  await writeFile(beside, bytes, { mode: 0o600 });
  await rename(beside, path);
}

export const ifMissing =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
