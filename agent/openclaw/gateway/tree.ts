import { existsSync, readdirSync, readFileSync } from "node:fs";

/** A process and all it started, from /proc; empty where there is no /proc. */
export function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of listParents()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const tree: number[] = [];
  for (const next = [root]; next.length > 0; ) {
    const pid = next.pop();
    if (pid === undefined) break;
    tree.push(pid);
    next.push(...(children.get(pid) ?? []));
  }
  return tree;
}

function listParents(): [number, number][] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const parent = parentOf(Number(name));
      return parent === undefined ? [] : [[Number(name), parent] as [number, number]];
    });
}

/** The fourth field of `stat`, counted from behind the name, which may hold anything. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined; // it ended while we looked
  }
}

/** The first of a tree which is not the sandbox around it: a signal to bubblewrap would end all of it at once, unsaved. */
export const findProgram = (root: number): number => listTree(root).find((pid) => nameOf(pid) !== "bwrap") ?? root;

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // it ended while we looked
  }
}

/** What carries this in its environment, whoever its parent is now. */
export function listMarked(mark: string): number[] {
  return listParents()
    .map(([pid]) => pid)
    .filter((pid) => pid !== process.pid && environmentHas(pid, mark));
}

function environmentHas(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
  } catch {
    return false; // another user's
  }
}

/** Sends a signal to each; true if at least one was there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): boolean {
  return pids.map((pid) => signalOne(pid, signal)).some(Boolean);
}

function signalOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Stops a tree until a look finds nothing new in it: a process that is being stopped may start one more. */
export function stopTree(root: number): number[] {
  let stopped: number[] = [];
  for (let round = 0; round < 10; round++) {
    const tree = listTree(root);
    const fresh = tree.filter((pid) => !stopped.includes(pid));
    if (fresh.length === 0) break;
    signalAll(fresh, "SIGSTOP");
    stopped = tree;
  }
  return stopped;
}
