import { randomUUID } from "node:crypto";
import type { ContainerDefinition, KeyValuePair } from "@aws-sdk/client-ecs";
import type { Fleet, WantedTask } from "../../local/task-runner/fleet.ts";

/** ECS's list of tasks, in memory: what RunTask and StopTask do to it, and nothing that runs. */
export interface MemoryFleet extends Fleet {
  run(command: readonly string[], more?: { environment?: KeyValuePair[]; container?: ContainerDefinition }): string;
  /** As the lifecycle does it; what the runner stops itself is in `stopped` too. */
  readonly stopped: Map<string, string>;
  failing: boolean;
}

export function memoryFleet(): MemoryFleet {
  const tasks = new Map<string, WantedTask>();
  const stopped = new Map<string, string>();
  return {
    stopped,
    failing: false,
    run(command, { environment = [], container = {} } = {}) {
      const taskArn = `arn:aws:ecs:us-east-1:000000000000:task/test/${randomUUID()}`;
      const overrides = { containerOverrides: [{ name: "agent", command: [...command], environment }] };
      tasks.set(taskArn, {
        task: { taskArn, lastStatus: "RUNNING", overrides, containers: [{ name: "agent" }], version: 1 },
        definition: { containerDefinitions: [{ name: "agent", ...container }] },
      });
      return taskArn;
    },
    async listWanted() {
      if (this.failing) throw new Error("the emulator does not answer");
      return [...tasks.keys()].filter((arn) => !stopped.has(arn));
    },
    describe: async (arns) => arns.flatMap((arn) => tasks.get(arn) ?? []),
    async stop(taskArn, reason) {
      if (this.failing) throw new Error("the emulator does not answer");
      if (!stopped.has(taskArn)) stopped.set(taskArn, reason);
    },
  };
}
