import { Duration } from "aws-cdk-lib";
import {
  type ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from "aws-cdk-lib/aws-ecs";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { AGENT_SIZES, type AgentSize } from "#shared/quotas.ts";
import { accept, acceptWildcards } from "../checks/accept.ts";
import type { Config } from "../config.ts";

interface AgentTaskProps {
  readonly config: Config;
  readonly image: ContainerImage;
  readonly logs: ILogGroup;
}

const WRITABLE = { tmp: "/tmp", state: "/var/ocmt" }; // the task's own disk, gone with the task
const STOP_TIMEOUT = Duration.seconds(120); // to seal the state when the task is told to end

/** One size of agent: one container, nothing writable but its own disk, no way in, no rights in AWS. */
export function makeAgentTask(
  scope: Construct,
  size: AgentSize,
  { config, image, logs }: AgentTaskProps,
): FargateTaskDefinition {
  const { cpuUnits, memoryMib } = AGENT_SIZES[size];
  const task = new FargateTaskDefinition(scope, `Task-${size}`, {
    family: `ocmt-${config.stage}-agent-${size}`,
    cpu: cpuUnits,
    memoryLimitMiB: memoryMib,
    runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    volumes: Object.keys(WRITABLE).map((name) => ({ name })),
  });
  const container = task.addContainer("agent", {
    image,
    user: "1000:1000",
    readonlyRootFilesystem: true,
    privileged: false,
    linuxParameters: new LinuxParameters(scope, `Init-${size}`, { initProcessEnabled: true }),
    environment: {
      OCMT_API_URL: config.origin,
      OCMT_RELAY_URL: `${config.origin.replace(/^http/, "ws")}/relay`,
      OCMT_STATE_DIR: WRITABLE.state,
      OCMT_SIZE: size,
    },
    stopTimeout: STOP_TIMEOUT,
    logging: LogDrivers.awsLogs({ logGroup: logs, streamPrefix: "agent" }),
  });
  accept(
    task,
    "AwsSolutions-ECS2",
    "Where the API and the relay are is public; a secret never stands in this environment.",
  );
  const reading = task.obtainExecutionRole().node.tryFindChild("DefaultPolicy");
  if (reading)
    acceptWildcards(
      reading,
      ["*"],
      "ecr:GetAuthorizationToken knows no resource; the rest is this image and this log.",
    );
  for (const [sourceVolume, containerPath] of Object.entries(WRITABLE)) {
    container.addMountPoints({ sourceVolume, containerPath, readOnly: false });
  }
  return task;
}
