import { ECSClient, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import type { Id } from "#shared/ids.ts";
import type { AgentSize } from "#shared/quotas.ts";
import { readEnv } from "../env.ts";

/** Where agents' tasks run. The lifecycle machine runs and stops tasks itself; the warm pool runs its own through this. */
export interface Fleet {
  /** Answers the task's ARN. */
  run(taskId: Id<"task">, size: AgentSize, ticket: string): Promise<string>;
  stop(taskArn: string, reason: string): Promise<void>;
  /** The task definition that tasks of this size run, with its revision. */
  definitionOf(size: AgentSize): string;
}

export function ecsFleet(client: Pick<ECSClient, "send"> = new ECSClient({})): Fleet {
  return {
    async run(taskId, size, ticket) {
      const env = readEnv("CLUSTER_ARN", `TASK_DEFINITION_${size}`, "TASK_SUBNETS", "TASK_SECURITY_GROUP");
      const { tasks = [], failures = [] } = await client.send(
        new RunTaskCommand({
          cluster: env.CLUSTER_ARN,
          taskDefinition: env[`TASK_DEFINITION_${size}`],
          launchType: "FARGATE",
          startedBy: taskId,
          networkConfiguration: {
            awsvpcConfiguration: { subnets: env.TASK_SUBNETS, securityGroups: [env.TASK_SECURITY_GROUP] },
          },
          overrides: {
            containerOverrides: [{ name: "agent", environment: [{ name: "OCMT_LAUNCH_TICKET", value: ticket }] }],
          },
        }),
      );
      const arn = tasks[0]?.taskArn;
      if (!arn) throw new Error(`ecs: no task was started (${failures[0]?.reason ?? "no reason given"})`);
      return arn;
    },
    async stop(task, reason) {
      await client.send(new StopTaskCommand({ cluster: readEnv("CLUSTER_ARN").CLUSTER_ARN, task, reason }));
    },
    definitionOf(size) {
      const name = `TASK_DEFINITION_${size}` as const;
      return readEnv(name)[name];
    },
  };
}
