import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateClusterCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connect } from "../../local/emulator/clients.ts";
import { type Emulator, startEmulator } from "../../local/emulator/emulator.ts";
import { ensureVenv } from "../../local/emulator/python.ts";
import { ROOT } from "../../local/options.ts";
import { isAlive, markProcess } from "../../local/processes/processes.ts";
import { type Folders, foldersOf, makeFolders } from "../../local/setup/folders.ts";
import { findFreePort } from "../../local/setup/ports.ts";
import { ecsFleet } from "../../local/task-runner/fleet.ts";
import { openLedger } from "../../local/task-runner/ledger.ts";
import { type TaskRunner, taskRunner } from "../../local/task-runner/runner.ts";
import type { StoppedEvent } from "../../local/task-runner/state-change.ts";
import { taskUsers } from "../../local/task-runner/users.ts";

const CLUSTER = "agents";
let folders: Folders;
let port: number;
let emulator: Emulator;
let ecs: ECSClient;
const heard: StoppedEvent[] = [];

beforeAll(async () => {
  folders = foldersOf(ROOT, join(ROOT, ".local-test", "tasks"));
  await rm(folders.state, { recursive: true, force: true });
  await makeFolders(folders);
  await ensureVenv({ root: ROOT, venv: folders.venv, log: join(folders.logs, "install.log") });
  port = await findFreePort([4690, 4691, 4692]);
  emulator = await startEmulator(folders, port);
  ecs = connect(emulator.endpoint).ecs;
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const code = "console.log(process.getuid(), process.env.TICKET); setInterval(() => {}, 1000)";
  const agent = { name: "agent", image: "none", command: [code], stopTimeout: 5 };
  await ecs.send(new RegisterTaskDefinitionCommand({ family: "agent", containerDefinitions: [agent] }));
});
afterAll(async () => {
  await emulator.stop();
  await rm(folders.state, { recursive: true, force: true });
});

it("a task of the emulator's ECS becomes a process and ends with it; one from before a restart is told of and not started again", async () => {
  const first = await makeRunner();
  first.start();
  const lost = await runTask("one");
  const stopped = await runTask("two");
  const [lostMark, stoppedMark] = [await markOf(lost), await markOf(stopped)];
  await ecs.send(new StopTaskCommand({ cluster: CLUSTER, task: stopped, reason: "the lifecycle says so" }));
  await vi.waitUntil(() => heard.length === 1, 10_000);
  expect(heard[0]?.detail).toMatchObject({
    taskArn: stopped,
    stopCode: "UserInitiated",
    taskDefinitionArn: expect.stringMatching(/agent:1$/),
  });
  expect([await isAlive(stoppedMark), await isAlive(lostMark)]).toEqual([false, true]);

  await first.stop(1000);
  await emulator.stop();
  emulator = await startEmulator(folders, port);
  ecs = connect(emulator.endpoint).ecs;
  const second = await makeRunner();
  await second.settle();
  expect(heard.map(({ detail }) => detail.taskArn)).toEqual([stopped, lost]);
  expect(heard[1]?.detail.stopCode).toBe("ServiceSchedulerInitiated"); // its machine went: no failure of the agent's
  second.start();
  const fresh = await runTask("three");
  await markOf(fresh);
  expect((await entries()).map(({ taskArn }) => taskArn)).toEqual([fresh]);
  await second.stop(1000);
});

const entries = async () => [...(await openLedger(join(folders.tasks, "ledger.json"))).entries.values()];

async function makeRunner(): Promise<TaskRunner> {
  return taskRunner({
    fleet: ecsFleet(ecs, CLUSTER),
    ledger: await openLedger(join(folders.tasks, "ledger.json")),
    users: await taskUsers([process.execPath], folders.tasks),
    image: { argv: [process.execPath, "--eval"] },
    folders,
    tell: async (event) => void heard.push(event),
    say: (line) => console.log(line),
  });
}

async function runTask(ticket: string): Promise<string> {
  const overrides = { containerOverrides: [{ name: "agent", environment: [{ name: "TICKET", value: ticket }] }] };
  const { tasks } = await ecs.send(new RunTaskCommand({ cluster: CLUSTER, taskDefinition: "agent", overrides }));
  return tasks?.[0]?.taskArn ?? "";
}

async function markOf(taskArn: string) {
  const entry = await vi.waitUntil(
    async () => (await entries()).find((one) => one.taskArn === taskArn && one.process !== undefined),
    10_000,
  );
  const mark = await markProcess(entry.process?.pid ?? 0);
  if (!mark) throw new Error("its process is not there");
  return mark;
}
