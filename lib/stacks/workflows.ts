import { type App, CfnOutput } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { acceptWildcards } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import { OperatorAlarm } from "../constructs/alarm.ts";
import { STEP_TIMEOUT } from "../constructs/code.ts";
import { makeSigningKey } from "../constructs/signing-key.ts";
import { TenantCode } from "../constructs/tenant-code.ts";
import { LifecycleJobs } from "../lifecycle/jobs.ts";
import { agentLifecycle } from "../machines/agent-lifecycle.ts";
import type { AccessStack } from "./access.ts";
import type { AgentsStack } from "./agents.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";
import type { RelayStack } from "./relay.ts";

export interface WorkflowsProps {
  readonly data: DataStack;
  readonly access: AccessStack;
  readonly relay: RelayStack;
  readonly agents: AgentsStack;
}

/** What happens to an agent over time: its lifecycle machine, and the jobs that set it going. */
export class WorkflowsStack extends StageStack {
  readonly lifecycle: StateMachine;

  constructor(app: App, config: Config, props: WorkflowsProps) {
    super(app, "workflows", config);
    const { data, access, agents } = props;
    const launchKey = makeSigningKey(this, "LaunchKey", {
      description: `OCMT ${config.stage}: launch statements`,
      signers: [access.roleOf("lifecycleSteps")],
      removalPolicy: this.removal,
    });
    const steps = this.makeSteps(launchKey, props);
    const definition = agentLifecycle({
      stepsArn: steps.function.functionArn,
      clusterArn: agents.cluster.clusterArn,
      subnets: agents.subnets,
      securityGroup: agents.securityGroup.securityGroupId,
      assignPublicIp: config.natGateways === 0,
      containerName: "agent",
    });
    this.lifecycle = new StateMachine(this, "Lifecycle", {
      stateMachineName: this.lifecycleName,
      definitionBody: DefinitionBody.fromString(this.toJsonString(definition)),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, "LifecycleLog", { retention: config.logDays, removalPolicy: this.removal }),
        level: LogLevel.ALL,
        includeExecutionData: false, // names of steps, never their input
      },
    });
    this.lifecycle.addToRolePolicy(
      new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [steps.function.functionArn] }),
    );
    agents.allowTasks({
      allow: (actions, resources, { when = {}, because } = {}) => {
        this.lifecycle.addToRolePolicy(
          new PolicyStatement({ actions: [...actions], resources: [...resources], conditions: when }),
        );
        if (because) acceptWildcards(this.lifecycle.role, resources, because);
      },
    });
    acceptWildcards(this.lifecycle.role, ["*"], "Traces and log delivery know no resource.");
    new OperatorAlarm(this, "LifecycleFailed", {
      metric: this.lifecycle.metricFailed(),
      threshold: 1,
      hurts: "A person's agent did not start or stop and stands still in its present state.",
      runbook: "lifecycle-failed",
      operators: data.operators,
    });
    const jobs = new LifecycleJobs(this, { ...props, lifecycleArn: this.lifecycle.stateMachineArn });
    new CfnOutput(this, "TaskStoppedFunctionName", { value: jobs.taskStopped.code.function.functionName });
    new CfnOutput(this, "SweepFunctionName", { value: jobs.sweep.code.function.functionName });
    new CfnOutput(this, "WarmPoolFunctionName", { value: jobs.warmPool.code.function.functionName });
    new CfnOutput(this, "LifecycleArn", { value: this.lifecycle.stateMachineArn });
  }

  /** Known before it is made: its steps are allowed to let it go on. */
  private get lifecycleName(): string {
    return `ocmt-${this.config.stage}-agent-lifecycle`;
  }

  private makeSteps(launchKey: Key, { data, access, relay, agents }: WorkflowsProps): TenantCode {
    const steps = new TenantCode(this, "lifecycleSteps", {
      config: this.config,
      data,
      access,
      entry: "lambdas/agents/lifecycle.steps.ts",
      description: "Agent lifecycle: each step of the machine",
      timeout: STEP_TIMEOUT,
      environment: {
        ...agents.taskEnvironment,
        LAUNCH_KEY_ID: launchKey.keyId,
        RELAY_MANAGEMENT_URL: relay.managementUrl,
      },
    });
    steps.allow(["kms:Sign", "kms:GetPublicKey"], [launchKey.keyArn]);
    const lifecycle = `arn:aws:states:${this.region}:${this.account}:stateMachine:${this.lifecycleName}`;
    const tokens = this.config.has("resourceOfTaskToken") ? [lifecycle] : ["*"];
    steps.allow(["states:SendTaskSuccess"], tokens, { because: "The emulator asks for this on no resource." });
    relay.allowPosts(steps);
    return steps;
  }
}
