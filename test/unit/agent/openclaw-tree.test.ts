import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { findProgram, listMarked, listTree, signalAll, stopTree } from "../../../agent/openclaw/gateway/tree.ts";

let child: ChildProcess | undefined;
const tree = () => listTree(child?.pid ?? -1);
afterEach(() => void signalAll(tree(), "SIGKILL"));

/** A shell with a shell with a sleep below it. */
async function grow(env: Record<string, string> = {}): Promise<void> {
  child = spawn("/bin/sh", ["-c", "sh -c 'sleep 60; true'; true"], {
    stdio: "ignore",
    env: { PATH: "/usr/bin:/bin", ...env },
  });
  await expect.poll(() => tree().length).toBe(3);
}
const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";

describe.skipIf(!existsSync("/proc/self/stat"))("a process and all it started", () => {
  it("is stopped as a whole, and goes on as a whole", async () => {
    await grow();
    const stopped = stopTree(child?.pid ?? -1);
    expect(stopped).toHaveLength(3);
    await expect.poll(() => tree().map(stateOf)).toEqual(["T", "T", "T"]);
    signalAll(stopped, "SIGCONT");
    await expect.poll(() => tree().map(stateOf)).toEqual(["S", "S", "S"]);
  });

  it("is found by its mark when its parent is gone", async () => {
    await grow({ MARK: "of this test" });
    const [first = -1, ...below] = tree();
    process.kill(first, "SIGKILL");
    await expect.poll(() => listMarked("MARK=of this test").sort()).toEqual(below.sort());
    expect(listMarked("MARK=of another")).toEqual([]);
    signalAll(below, "SIGKILL");
  });

  it("is asked to end by its program itself", async () => {
    await grow();
    expect(findProgram(child?.pid ?? -1)).toBe(child?.pid);
    expect(signalAll([2 ** 22 + 1], "SIGTERM")).toBe(false);
  });
});
