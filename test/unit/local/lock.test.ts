import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive, markProcess, signalGroup, stopGroup } from "../../../local/processes/processes.ts";
import { inTurn, removeIfDead, takeLock } from "../../../local/setup/lock.ts";

let folder: string;
const children: ChildProcess[] = [];
const FOREVER = "setInterval(() => {}, 1000)";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocmt-lock-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function startProcess(code: string) {
  const child = spawn(process.execPath, ["-e", code], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  await once(child, "spawn");
  const mark = await markProcess(child.pid ?? 0);
  if (!mark) throw new Error("it is not there");
  return { child, mark };
}

const holder = () => readFile(join(folder, "lock.json"), "utf8").then(JSON.parse);

describe("the lock of a state folder", () => {
  it("is held by one process, which is named with its address", async () => {
    const { mark } = await startProcess(FOREVER);
    await writeFile(join(folder, "lock.json"), JSON.stringify({ ...mark, url: "http://127.0.0.1:4500" }));
    await expect(takeLock(folder)).rejects.toMatchObject({
      message: `Already running on http://127.0.0.1:4500, process ${mark.pid}.`,
      hint: expect.stringContaining(`kill ${mark.pid}`),
    });
    expect((await holder()).pid).toBe(mark.pid);
  });

  it("is taken over from a process that is gone", async () => {
    const { child, mark } = await startProcess("process.exit(0)");
    if (child.exitCode === null) await once(child, "exit");
    await writeFile(join(folder, "lock.json"), JSON.stringify(mark));
    const lock = await takeLock(folder);
    expect(lock.wasLeftBehind).toBe(true);
    expect((await holder()).pid).toBe(process.pid);
  });

  it("is taken over when its number now belongs to another process", async () => {
    await writeFile(join(folder, "lock.json"), JSON.stringify({ pid: process.ppid, born: "long ago" }));
    expect((await takeLock(folder)).wasLeftBehind).toBe(true);
  });

  it("is taken over when it was only half written", async () => {
    await writeFile(join(folder, "lock.json"), '{"pid": 1');
    expect((await takeLock(folder)).wasLeftBehind).toBe(true);
  });

  it("goes to one of many that find it left behind", async () => {
    for (let round = 0; round < 20; round++) {
      await writeFile(join(folder, "lock.json"), JSON.stringify({ pid: 999_999, born: "x" }));
      // Not in step: one that looked before the takeover must not remove what stands there after it.
      const starts = Array.from({ length: 24 }, (_, index) => sleep(index % 5).then(() => takeLock(folder)));
      const tries = await Promise.allSettled(starts);
      expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect((await holder()).pid).toBe(process.pid);
      expect(await readdir(folder)).toEqual(["lock.json"]);
    }
  });

  it("is not removed once a living process has put its own there", async () => {
    const { mark } = await startProcess(FOREVER);
    const path = join(folder, "lock.json");
    await writeFile(path, JSON.stringify(mark));
    expect(await removeIfDead(path)).toBe(false);
    expect((await holder()).pid).toBe(mark.pid);
    await writeFile(path, JSON.stringify({ ...mark, born: "earlier" }));
    expect(await removeIfDead(path)).toBe(true);
  });

  it("leaves nothing behind when it is given back", async () => {
    const lock = await takeLock(folder);
    expect(lock.wasLeftBehind).toBe(false);
    await lock.announce("http://127.0.0.1:4501");
    expect((await holder()).url).toBe("http://127.0.0.1:4501");
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("what a checkout has one of", () => {
  it("is made by one at a time, also after one that failed", async () => {
    const told: string[] = [];
    const make = (name: string) =>
      inTurn(join(folder, "making"), undefined, async () => {
        told.push(`${name} begins`);
        await sleep(50);
        told.push(`${name} ends`);
        if (name === "broken") throw new Error("broken");
      });
    const results = await Promise.allSettled([make("broken"), make("whole")]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [first, second] = told[0] === "broken begins" ? ["broken", "whole"] : ["whole", "broken"];
    expect(told).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
  });

  it("is waited for until one is told not to", async () => {
    const lock = await takeLock(folder);
    await expect(inTurn(folder, AbortSignal.timeout(50), async () => "made")).rejects.toThrow("aborted");
    await lock.release();
    await expect(inTurn(folder, undefined, async () => "made")).resolves.toBe("made");
  });
});

describe("ending a process", () => {
  it("asks first and gives it time", async () => {
    const { child, mark } = await startProcess(
      `process.on("SIGTERM", () => setTimeout(() => process.exit(5), 150)); console.log("its handler stands"); ${FOREVER}`,
    );
    await once(child.stdout, "data");
    await stopGroup(mark, 5000);
    expect(child.exitCode).toBe(5);
  });

  it("does not touch a later process of the same number", async () => {
    const { mark } = await startProcess(FOREVER);
    await stopGroup({ ...mark, born: "earlier" }, 100);
    expect(await isAlive(mark)).toBe(true);
  });

  it("never signals its own group or everybody", () => {
    signalGroup(0, "SIGKILL");
    signalGroup(1, "SIGKILL");
    expect(process.pid).toBeGreaterThan(1); // or this line is not reached
  });
});
