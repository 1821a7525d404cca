import { existsSync, readdirSync, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";

const FIRST_USER = 61_001;
const LAST_USER = 61_999;

/**
 * A user number of its own for each running task, also beside another product's. Only root may choose, and only if that user can read
 * the program.
 */
export interface Users {
  take(): number | undefined;
  giveBack(user: number | undefined): void;
}

export const noUsers: Users = { take: () => undefined, giveBack: () => {} };

export async function taskUsers(programs: readonly string[], home: string): Promise<Users> {
  if (process.getuid?.() !== 0 || !(await isPassable(home))) return noUsers;
  for (const path of programs) if (!(await isReadable(path))) return noUsers;
  const taken = new Set<number>();
  return {
    take() {
      const others = listUsersAtWork();
      for (let user = FIRST_USER; user <= LAST_USER; user++) {
        if (taken.has(user) || others.has(user)) continue;
        taken.add(user);
        return user;
      }
      throw new Error("every user number for tasks is taken");
    },
    giveBack(user) {
      if (user !== undefined) taken.delete(user);
    },
  };
}

/** Whose processes there are, where the system shows them in files. */
function listUsersAtWork(): Set<number> {
  const pids = existsSync("/proc") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const users = pids.map((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid);
  return new Set(users.filter((user) => user !== undefined));
}

const isReadable = async (path: string): Promise<boolean> =>
  ((await stat(path)).mode & 0o004) !== 0 && isPassable(dirname(path));

/** This folder and every one above it lets others through. */
async function isPassable(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o001) === 0) return false;
  return folder === dirname(folder) || isPassable(dirname(folder));
}
