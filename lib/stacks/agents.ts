import { type App, CfnOutput, Duration } from "aws-cdk-lib";
import { type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import {
  FlowLogDestination,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Cluster, ContainerInsights, type FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { AGENT_SIZES, type AgentSize } from "#shared/quotas.ts";
import { agentImage } from "../agents/image.ts";
import { makeAgentTask } from "../agents/task.ts";
import { accept } from "../checks/accept.ts";
import type { Config } from "../config.ts";
import type { Code } from "../constructs/code.ts";
import { StageStack } from "./base.ts";

type TaskRunner = Pick<Code, "allow">;

/** Where agents run: a network nobody can come into, a cluster, one task definition for each size. */
export class AgentsStack extends StageStack {
  readonly cluster: Cluster;
  readonly tasks: Readonly<Record<AgentSize, FargateTaskDefinition>>;
  readonly securityGroup: SecurityGroup;
  readonly subnets: readonly string[];
  readonly imageDigest: string;
  /** Starts that were refused because what lay in the place of a sealed state was not it. */
  readonly statesRefused: IMetric;

  constructor(app: App, config: Config) {
    super(app, "agents", config);
    const vpc = this.makeNetwork();
    this.subnets = (config.natGateways > 0 ? vpc.privateSubnets : vpc.publicSubnets).map(({ subnetId }) => subnetId);
    this.securityGroup = new SecurityGroup(this, "TaskGroup", {
      vpc,
      description: "Tasks of agents: nothing in, HTTPS out",
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), "API, relay, model providers");

    this.cluster = new Cluster(this, "Cluster", {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      enableFargateCapacityProviders: config.has("capacityProviders"),
    });
    const { image, digest } = agentImage(this, config);
    this.imageDigest = digest;
    const logs = new LogGroup(this, "TaskLogs", { retention: config.logDays, removalPolicy: this.removal });
    this.statesRefused = this.countRefusals(logs);
    const sizes = Object.keys(AGENT_SIZES) as AgentSize[]; // Object.keys of a literal
    this.tasks = Object.fromEntries(
      sizes.map((size) => [size, makeAgentTask(this, size, { config, image, logs })]),
    ) as Record<AgentSize, FargateTaskDefinition>; // one entry for each size
    new CfnOutput(this, "ClusterName", { value: this.cluster.clusterName });
  }

  /** In the words of the supervisor's log (agent/life/unlocking.ts): the cause is one of `shared/crypto/encoding/errors.ts`. */
  private countRefusals(logs: LogGroup): IMetric {
    const filter = logs.addMetricFilter("StatesRefused", {
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue("$.fact", "=", "state.not_restored"),
        FilterPattern.stringValue("$.cause", "=", "CryptoError*"),
      ),
      metricNamespace: `ocmt/${this.config.stage}`,
      metricName: "StatesRefused",
    });
    return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
  }

  get definitions(): Record<AgentSize, string> {
    const { small, medium, large } = this.tasks;
    return { small: small.taskDefinitionArn, medium: medium.taskDefinitionArn, large: large.taskDefinitionArn };
  }

  /** What a function needs to know to run a task. */
  get taskEnvironment(): Record<string, string> {
    const definitions = Object.entries(this.tasks).map(([size, task]) => [
      `TASK_DEFINITION_${size}`,
      task.taskDefinitionArn,
    ]);
    return {
      ...Object.fromEntries(definitions),
      CLUSTER_ARN: this.cluster.clusterArn,
      TASK_SUBNETS: this.subnets.join(","),
      TASK_SECURITY_GROUP: this.securityGroup.securityGroupId,
      IMAGE_DIGEST: this.imageDigest,
    };
  }

  /** To run, look at and stop tasks of these definitions in this cluster, and nothing else of ECS. */
  allowTasks(to: TaskRunner): void {
    const arn = (what: string) => `arn:aws:ecs:${this.region}:${this.account}:${what}`;
    const emulated = this.config.has("resourceOfTask") ? [] : [this.cluster.clusterArn];
    const families = Object.values(this.tasks).map(({ family }) => arn(`task-definition/${family}:*`));
    const roles = Object.values(this.tasks).flatMap(({ taskRole, executionRole }) => [taskRole, executionRole]);
    to.allow(["ecs:RunTask"], [...families, ...emulated], {
      because: "A new revision is made by each release, while executions of the last one run.",
    });
    to.allow(
      ["ecs:StopTask", "ecs:DescribeTasks", "ecs:TagResource"],
      [arn(`task/${this.cluster.clusterName}/*`), ...emulated],
      { because: "A task's name is made when it starts." },
    );
    to.allow(
      ["iam:PassRole"],
      roles.flatMap((role) => role?.roleArn ?? []),
      {
        when: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      },
    );
  }

  private makeNetwork(): IVpc {
    const { config } = this;
    const isPrivate = config.natGateways > 0;
    const network = new Vpc(this, "Network", {
      ipAddresses: IpAddresses.cidr("10.20.0.0/16"),
      natGateways: config.natGateways,
      subnetConfiguration: [
        { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: isPrivate ? 24 : 18 },
        ...(isPrivate ? [{ name: "tasks", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 18 }] : []),
      ],
      gatewayEndpoints: { s3: { service: GatewayVpcEndpointAwsService.S3 } }, // sealed state does not pass the NAT
    });
    const vpc = network as IVpc; // it is one; the CDK's own types miss it by an optional property
    if (config.has("flowLogs")) {
      const logGroup = new LogGroup(this, "FlowLogs", { retention: config.logDays, removalPolicy: this.removal });
      vpc.addFlowLog("Flows", { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });
    } else accept(network, "AwsSolutions-VPC7", "The emulator has no flow logs, and nothing runs in its network.");
    if (!config.interfaceEndpoints) return vpc;
    const group = new SecurityGroup(this, "EndpointGroup", {
      vpc,
      description: "AWS endpoints: HTTPS from the network",
      allowAllOutbound: false,
    });
    accept(group, "AwsSolutions-EC23", "The range is the network's own, which the rule cannot read at synthesis.");
    group.addIngressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(443), "tasks");
    const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS } = InterfaceVpcEndpointAwsService;
    for (const [name, service] of Object.entries({ ECR, ECR_DOCKER, CLOUDWATCH_LOGS })) {
      vpc.addInterfaceEndpoint(name, { service, securityGroups: [group], open: false });
    }
    return vpc;
  }
}
