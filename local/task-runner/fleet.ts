import {
  type Container,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListTasks,
  StopTaskCommand,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";

/** The ECS tasks of one cluster, as far as the runner needs to know them. */
export interface Fleet {
  /** ARNs of the tasks that shall run. */
  listWanted(): Promise<readonly string[]>;
  /** Those of them that are still alive, with what they run. */
  describe(taskArns: readonly string[]): Promise<readonly WantedTask[]>;
  stop(taskArn: string, reason: string): Promise<void>;
}

export interface WantedTask {
  readonly task: Task;
  readonly definition: TaskDefinition;
}

export function ecsFleet(client: ECSClient, cluster: string): Fleet {
  const definitions = new Map<string, TaskDefinition>(); // a revision never changes
  // After a restart the emulator says of every task that it is STOPPED and still lists it among those that shall run.
  const stopped = new Set<string>();
  const findDefinition = async (arn: string): Promise<TaskDefinition> => {
    const known = definitions.get(arn);
    if (known) return known;
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
    if (!taskDefinition) throw new Error(`there is no task definition ${arn}`);
    definitions.set(arn, taskDefinition);
    return taskDefinition;
  };
  return {
    async listWanted() {
      const arns: string[] = [];
      for await (const page of paginateListTasks({ client }, { cluster, desiredStatus: "RUNNING" }))
        arns.push(...(page.taskArns ?? []));
      return arns.filter((arn) => !stopped.has(arn));
    },
    async describe(taskArns) {
      const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [...taskArns] }));
      for (const { taskArn = "", lastStatus } of tasks) if (lastStatus === "STOPPED") stopped.add(taskArn);
      const alive = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
      return Promise.all(
        alive.map(async (task) => ({ task, definition: await findDefinition(task.taskDefinitionArn ?? "") })),
      );
    },
    async stop(taskArn, reason) {
      await client.send(new StopTaskCommand({ cluster, task: taskArn, reason }));
    },
  };
}

/** A task of ours has one container that matters. */
export const mainContainer = (task: Task): Container | undefined => task.containers?.[0];
