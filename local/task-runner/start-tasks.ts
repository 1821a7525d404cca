import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { BUILDS } from "../deploy/builds.ts";
import type { Outputs } from "../deploy/outputs.ts";
import type { Clients } from "../emulator/clients.ts";
import { stopGroup } from "../processes/processes.ts";
import type { Folders } from "../setup/folders.ts";
import { ecsFleet } from "./fleet.ts";
import { openLedger } from "./ledger.ts";
import { type TaskRunner, taskRunner } from "./runner.ts";
import type { StoppedEvent } from "./state-change.ts";
import { taskUsers } from "./users.ts";

/** A start does not wait longer than this for the platform to hear of tasks that an earlier run lost. */
const SETTLE_LIMIT_MS = 10_000;

export async function startTasks(
  root: string,
  folders: Folders,
  clients: Clients,
  outputs: Outputs,
  say: (line: string) => void,
): Promise<TaskRunner> {
  const program = join(root, BUILDS.agent.result);
  const runner = taskRunner({
    fleet: ecsFleet(clients.ecs, outputs.ClusterName),
    ledger: await openLedger(ledgerPath(folders)),
    users: await taskUsers([program, process.execPath], folders.tasks),
    image: { argv: [process.execPath, program] },
    folders,
    tell: (event) => tellPlatform(clients.lambda, outputs.TaskStoppedFunctionName, event),
    say,
  });
  await Promise.race([runner.settle(), sleep(SETTLE_LIMIT_MS, undefined, { ref: false })]);
  return runner;
}

/** Before anything is erased or started: processes of a run that was killed are ended. */
export async function stopLeftTasks(folders: Folders): Promise<number> {
  const { entries } = await openLedger(ledgerPath(folders));
  const marks = [...entries.values()].flatMap(({ process }) => (process ? [process] : []));
  await Promise.all(marks.map((mark) => stopGroup(mark, 5_000)));
  return marks.length;
}

const ledgerPath = (folders: Folders) => join(folders.tasks, "ledger.json");

async function tellPlatform(lambda: LambdaClient, functionName: string, event: StoppedEvent): Promise<void> {
  const reply = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(event) }));
  if (reply.FunctionError) throw new Error(reply.Payload?.transformToString() ?? reply.FunctionError);
}
