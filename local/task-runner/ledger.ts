import { readFile, rename, writeFile } from "node:fs/promises";
import type { Task } from "@aws-sdk/client-ecs";
import * as z from "zod";

const Entry = z.object({
  taskArn: z.string(),
  task: z.custom<Task>((value) => typeof value === "object" && value !== null), // ECS's own words, kept for the event
  process: z.object({ pid: z.int(), born: z.string() }).optional(),
  ending: z
    .object({
      reason: z.string(),
      code: z.enum(["EssentialContainerExited", "UserInitiated", "TaskFailedToStart", "ServiceSchedulerInitiated"]),
      exitCode: z.int().optional(),
      at: z.string(),
    })
    .optional(),
});
export type Entry = z.infer<typeof Entry>;

/** The tasks whose end has not been told yet, in a file: a runner that is killed knows afterwards what it left. */
export interface Ledger {
  readonly entries: ReadonlyMap<string, Entry>;
  put(entry: Entry): Promise<void>;
  remove(taskArn: string): Promise<void>;
}

export async function openLedger(path: string): Promise<Ledger> {
  const entries = new Map((await read(path)).map((entry) => [entry.taskArn, entry]));
  let writing = Promise.resolve();
  const save = () => {
    writing = writing
      .catch(() => {})
      .then(async () => {
        await writeFile(`${path}.new`, JSON.stringify([...entries.values()]), { mode: 0o600 });
        await rename(`${path}.new`, path);
      });
    return writing;
  };
  return {
    entries,
    put(entry) {
      entries.set(entry.taskArn, entry);
      return save();
    },
    remove(taskArn) {
      entries.delete(taskArn);
      return save();
    },
  };
}

async function read(path: string): Promise<Entry[]> {
  try {
    return z.array(Entry).parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return [];
  }
}
