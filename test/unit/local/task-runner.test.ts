import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type MemoryFleet, memoryFleet } from "#test/support/memory-fleet.ts";
import { isAlive, markProcess } from "../../../local/processes/processes.ts";
import { openLedger } from "../../../local/task-runner/ledger.ts";
import { compare, type TaskRunner, taskRunner } from "../../../local/task-runner/runner.ts";
import type { StoppedEvent } from "../../../local/task-runner/state-change.ts";
import { noUsers } from "../../../local/task-runner/users.ts";

const FOREVER = "setInterval(() => {}, 1000)";
const STUBBORN = `process.on("SIGTERM", () => {}); console.log("up"); ${FOREVER}`;

let folder: string;
let fleet: MemoryFleet;
let heard: StoppedEvent[];
let deaf: boolean;
const runners: TaskRunner[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocmt-tasks-"));
  fleet = memoryFleet();
  heard = [];
  deaf = false;
  await mkdir(join(folder, "logs"));
});

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop(0)));
  await rm(folder, { recursive: true, force: true });
});

async function makeRunner(): Promise<TaskRunner> {
  const runner = taskRunner({
    fleet,
    ledger: await openLedger(join(folder, "ledger.json")),
    users: noUsers,
    image: { argv: [process.execPath, "--eval"] },
    folders: { tasks: join(folder, "tasks"), logs: join(folder, "logs") },
    tell: async (event) => {
      if (deaf) throw new Error("not now");
      heard.push(event);
    },
    say: () => {},
    everyMs: 10,
    retryMs: 10,
  });
  runners.push(runner);
  return runner;
}

const until = <T>(look: () => T | Promise<T>) => vi.waitUntil(look, { timeout: 8000, interval: 10 });
const logOf = (arn: string) => readFile(join(folder, "logs", `task-${arn.slice(-36)}.log`), "utf8").catch(() => "");
const disk = (arn: string) => join(folder, "tasks", arn.slice(-36));
const entries = async () => [...(await openLedger(join(folder, "ledger.json"))).entries.values()];
const pidOf = async (arn: string) =>
  until(async () => (await entries()).find(({ taskArn }) => taskArn === arn)?.process?.pid);

describe("the task runner", () => {
  it("starts a process for each task that shall run, once, in a folder of its own", async () => {
    const runner = await makeRunner();
    const [one, two] = [1, 2].map((n) => fleet.run([`console.log("task ${n} in", process.cwd()); ${FOREVER}`]));
    runner.start();
    await until(async () => (await logOf(one ?? "")).includes("task 1") && (await logOf(two ?? "")).includes("task 2"));
    await sleep(60);
    expect(await logOf(one ?? "")).toBe(`task 1 in ${disk(one ?? "")}\n`);
    expect(await logOf(two ?? "")).toBe(`task 2 in ${disk(two ?? "")}\n`);
  });

  it("tells of a process that ended by itself, stops its task and erases its disk", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([`require("fs").writeFileSync("secret", "x"); process.exit(7)`]);
    runner.start();
    await until(() => heard.length > 0);
    expect(heard[0]).toMatchObject({
      source: "aws.ecs",
      "detail-type": "ECS Task State Change",
      resources: [arn],
      detail: {
        taskArn: arn,
        lastStatus: "STOPPED",
        stopCode: "EssentialContainerExited",
        containers: [{ exitCode: 7 }],
      },
    });
    expect(fleet.stopped.get(arn)).toBe("Essential container in task exited");
    expect(existsSync(disk(arn))).toBe(false);
    await until(async () => (await entries()).length === 0);
    await sleep(60);
    expect(heard).toHaveLength(1);
  });

  it("ends the process of a task that was stopped, and kills one that does not listen after its grace", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([STUBBORN], { container: { stopTimeout: 1 } });
    runner.start();
    await until(async () => (await logOf(arn)).includes("up"));
    const mark = await markProcess((await pidOf(arn)) ?? 0);
    const from = performance.now();
    await fleet.stop(arn, "the lifecycle says so");
    await until(() => heard.length > 0);
    expect(performance.now() - from).toBeGreaterThan(900);
    expect(heard[0]?.detail).toMatchObject({ stopCode: "UserInitiated", containers: [{ exitCode: 137 }] });
    expect(mark && (await isAlive(mark))).toBe(false);
  });

  it("takes the children of a process with it", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([
      `const c = require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(FOREVER)}]);
       console.log("child", c.pid); setTimeout(() => process.exit(0), 100)`,
    ]);
    runner.start();
    await until(() => heard.length > 0);
    const pid = Number(/child (\d+)/.exec(await logOf(arn))?.[1]);
    await until(async () => (await markProcess(pid)) === undefined);
  });

  it("tells again until it is heard, also after it was itself started anew", async () => {
    deaf = true;
    const first = await makeRunner();
    const arn = fleet.run(["process.exit(3)"]);
    first.start();
    await until(async () => (await entries()).some(({ ending }) => ending?.exitCode === 3));
    await first.stop(0);
    deaf = false;
    const second = await makeRunner();
    await second.settle();
    expect(heard.map(({ detail }) => [detail.taskArn, detail.containers[0]?.exitCode])).toEqual([[arn, 3]]);
    expect(await entries()).toEqual([]);
  });

  it("ends what an earlier runner left running and tells of it before anything new starts", async () => {
    const left = spawn(process.execPath, ["--eval", STUBBORN], { detached: true, stdio: "ignore" });
    const mark = await markProcess(left.pid ?? 0);
    const ledger = await openLedger(join(folder, "ledger.json"));
    const arn = fleet.run([FOREVER]);
    await ledger.put({ taskArn: arn, task: { taskArn: arn }, ...(mark ? { process: mark } : {}) });
    const runner = await makeRunner();
    await Promise.all([runner.settle(), until(async () => mark && !(await isAlive(mark)))]);
    expect(heard[0]?.detail).toMatchObject({ taskArn: arn, stoppedReason: "The machine was restarted" });
    runner.start();
    await sleep(60);
    expect(await logOf(arn)).toBe("");
  }, 15_000);

  it("says that a task could not be started, and why", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([], { container: { entryPoint: ["/no/such/program"] } });
    runner.start();
    await until(() => heard.length > 0);
    expect(heard[0]?.detail).toMatchObject({ taskArn: arn, stopCode: "TaskFailedToStart" });
    expect(heard[0]?.detail.stoppedReason).toMatch(/^CannotStartContainerError: .*ENOENT/);
  });

  it("leaves tasks alone while the emulator does not answer", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([FOREVER]);
    runner.start();
    const mark = await markProcess((await pidOf(arn)) ?? 0);
    fleet.failing = true;
    await sleep(150);
    expect(mark && (await isAlive(mark))).toBe(true);
    fleet.failing = false;
  });

  it("ends all processes when it stops, and remembers for the next start that they went with their machine", async () => {
    const runner = await makeRunner();
    const failing = `process.on("SIGTERM", () => process.exit(1)); ${FOREVER}`;
    const arns = [fleet.run([FOREVER]), fleet.run([failing])];
    runner.start();
    const pids = await Promise.all(arns.map(pidOf));
    await runner.stop(2000);
    for (const pid of pids) expect(await markProcess(pid ?? 0)).toBeUndefined();
    expect(heard).toEqual([]);
    const kept = await entries();
    expect(kept.map(({ taskArn }) => taskArn).sort()).toEqual([...arns].sort());
    for (const { ending } of kept) expect(ending?.code).toBe("ServiceSchedulerInitiated");
    for (const arn of arns) expect(existsSync(disk(arn))).toBe(false);
  });
});

describe("a task that was asked for as the runner stopped", () => {
  it("is not started, and told as ended by the next start", async () => {
    const runner = await makeRunner();
    const arn = fleet.run([FOREVER]);
    await runner.stop(0); // it never looked at the list
    expect(heard).toEqual([]);
    const next = await makeRunner();
    await next.settle();
    expect(heard.map(({ detail }) => [detail.taskArn, detail.stopCode])).toEqual([[arn, "ServiceSchedulerInitiated"]]);
    next.start();
    expect(fleet.stopped.has(arn)).toBe(true);
    expect(existsSync(disk(arn))).toBe(false);
  });
});

describe("comparing tasks with processes", () => {
  it("starts what is missing, ends what is not wanted, and starts nothing twice", () => {
    expect(compare(["a", "b", "c"], ["b", "x"], ["b", "c", "x"])).toEqual({ toStart: ["a"], toStop: ["x"] });
  });
});
