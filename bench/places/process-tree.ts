import { readdirSync, readFileSync } from "node:fs";

/** A process and all that it started and is still there. */
export function treeOf(root: number): number[] {
  const children = Map.groupBy(listProcesses(), ({ parent }) => parent);
  const found = [root];
  for (const pid of found) for (const child of children.get(pid) ?? []) found.push(child.pid);
  return found;
}

/** Proportional memory in MB: what processes share is counted once. Linux alone tells it. */
export const megabytesOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + pssOf(pid), 0) / 1024;

function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0; // it ended while we looked
  }
}

function listProcesses(): { readonly pid: number; readonly parent: number }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, "utf8");
        return [{ pid: Number(name), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) }];
      } catch {
        return []; // it ended while we looked
      }
    });
}
