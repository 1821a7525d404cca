import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Seen } from "./platform-view.ts";

/** Every file of a folder and of those in it, for the search for sentinels. */
export async function* filesBelow(folder: string): AsyncGenerator<Seen> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield readSeen(join(entry.parentPath, entry.name));
}

export const readSeen = async (where: string): Promise<Seen> => ({
  where,
  bytes: await readFile(where).catch(() => Buffer.alloc(0)), // gone meanwhile
});
