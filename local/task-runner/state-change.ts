import { randomUUID } from "node:crypto";
import type { Task } from "@aws-sdk/client-ecs";
import { ACCOUNT, REGION } from "../emulator/clients.ts";
import { mainContainer } from "./fleet.ts";

/** Why a task ended. `exitCode` is absent when it never started. */
export interface Ending {
  readonly reason: string;
  readonly code: "EssentialContainerExited" | "UserInitiated" | "TaskFailedToStart" | "ServiceSchedulerInitiated";
  readonly exitCode?: number | undefined;
  readonly at: string;
}

/** The event EventBridge hands to a rule's target when a task has stopped; the emulator sends none. */
export function stoppedEvent(task: Task, ending: Ending) {
  const container = mainContainer(task);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "ECS Task State Change",
    source: "aws.ecs",
    account: ACCOUNT,
    time: ending.at,
    region: REGION,
    resources: [task.taskArn],
    detail: {
      taskArn: task.taskArn,
      clusterArn: task.clusterArn,
      taskDefinitionArn: task.taskDefinitionArn,
      launchType: task.launchType,
      group: task.group,
      startedBy: task.startedBy,
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: ending.code,
      stoppedReason: ending.reason,
      createdAt: task.createdAt,
      startedAt: task.startedAt,
      stoppingAt: ending.at,
      stoppedAt: ending.at,
      version: (task.version ?? 1) + 1,
      overrides: task.overrides,
      containers: [
        {
          name: container?.name,
          containerArn: container?.containerArn,
          taskArn: task.taskArn,
          lastStatus: "STOPPED",
          ...(ending.exitCode === undefined ? {} : { exitCode: ending.exitCode }),
        },
      ],
    },
  };
}
export type StoppedEvent = ReturnType<typeof stoppedEvent>;
