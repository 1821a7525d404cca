import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { STEP_TIMEOUT } from "../constructs/code.ts";
import { DirectoryCode } from "../constructs/directory-code.ts";
import { Job } from "../constructs/job.ts";
import { TenantCode } from "../constructs/tenant-code.ts";
import type { Entrant } from "../stacks/access.ts";
import type { WorkflowsProps, WorkflowsStack } from "../stacks/workflows.ts";

interface LifecycleJobsProps extends WorkflowsProps {
  readonly lifecycleArn: string;
}

const EVERY_MINUTE = { schedule: Schedule.rate(Duration.minutes(1)) };

/** What sets the lifecycle going without a person: a task that ended, an agent that idles, a pool that ran low. */
export class LifecycleJobs extends Construct {
  readonly taskStopped: Job<TenantCode>;
  readonly sweep: Job<TenantCode>;
  readonly warmPool: Job<DirectoryCode>;

  constructor(stack: WorkflowsStack, props: LifecycleJobsProps) {
    super(stack, "Jobs");
    this.taskStopped = this.onTaskStopped(stack, props);
    this.sweep = this.onIdle(stack, props);
    this.warmPool = this.onWarmPool(stack, props);
  }

  private onTaskStopped({ config }: WorkflowsStack, props: LifecycleJobsProps): Job<TenantCode> {
    const job = new Job(this, "task-stopped", {
      code: tenantCode(config, "taskStopped", "lambdas/agents/task-stopped.job.ts", "An agent's task ended", props),
      operators: props.data.operators,
      hurts: "A person's agent lost its task and is not being replaced.",
      runbook: "task-stopped-given-up",
    });
    if (!config.has("taskEvents")) return job;
    const detail = { clusterArn: [props.agents.cluster.clusterArn], lastStatus: ["STOPPED"] };
    const eventPattern = { source: ["aws.ecs"], detailType: ["ECS Task State Change"], detail };
    job.calledBy(new Rule(this, "TaskStopped", { eventPattern }));
    return job;
  }

  private onIdle({ config }: WorkflowsStack, props: LifecycleJobsProps): Job<TenantCode> {
    const job = new Job(this, "sweep", {
      code: tenantCode(config, "sweep", "lambdas/agents/sweep.job.ts", "Agents that are due to pause or stop", props),
      operators: props.data.operators,
      hurts: "Nobody at once; idle agents go on costing money, and removed files go on lying in the bucket.",
      runbook: "sweep-given-up",
    });
    job.code.allow(["dynamodb:Query"], [`${props.data.table.tableArn}/index/due`]);
    job.calledBy(new Rule(this, "Sweep", EVERY_MINUTE));
    return job;
  }

  private onWarmPool({ config }: WorkflowsStack, { data, agents }: LifecycleJobsProps): Job<DirectoryCode> {
    const job = new Job(this, "warm-pool", {
      code: (scope, deadLetters) =>
        new DirectoryCode(scope, "warmPool", {
          config,
          data,
          deadLetters,
          entry: "lambdas/agents/warm-pool.job.ts",
          description: "Tasks kept ready, not yet anyone's",
          timeout: STEP_TIMEOUT,
          environment: { ...agents.taskEnvironment },
        }),
      operators: data.operators,
      hurts: "People wait for a cold start when they wake an agent.",
      runbook: "warm-pool-given-up",
    });
    agents.allowTasks(job.code);
    for (const [size, want] of Object.entries(config.warmPool)) {
      if (want > 0) job.calledBy(new Rule(this, `WarmPool-${size}`, EVERY_MINUTE), { size, want });
    }
    return job;
  }
}

/** A job inside tenants that may start the lifecycle and send control frames. */
function tenantCode(
  config: WorkflowsStack["config"],
  entrant: Entrant,
  entry: `lambdas/${string}.ts`,
  description: string,
  { data, access, relay, agents, lifecycleArn }: LifecycleJobsProps,
): (scope: Construct, deadLetters: IQueue) => TenantCode {
  return (scope, deadLetters) => {
    const environment = {
      ...agents.taskEnvironment,
      LIFECYCLE_ARN: lifecycleArn,
      RELAY_MANAGEMENT_URL: relay.managementUrl,
    };
    const props = { config, data, access, entry, description, deadLetters, timeout: STEP_TIMEOUT, environment };
    const code = new TenantCode(scope, entrant, props);
    code.allow(["states:StartExecution"], [lifecycleArn]);
    relay.allowPosts(code);
    return code;
  };
}
