import * as z from "zod";
import type { AgentSize } from "#shared/quotas.ts";

/** What an operator says on the command line: `-c stage=prod -c origin=https://…`. */
const Values = z.object({
  stage: z.enum(["local", "dev", "prod"]),
  origin: z.url().transform((url) => new URL(url).origin),
  region: z
    .string()
    .regex(/^[a-z]{2}-[a-z]+-\d$/)
    .default("us-east-1"),
  certificate: z.string().startsWith("arn:aws:acm:us-east-1:").optional(), // CloudFront reads certificates there only
  mailFrom: z.email().optional(),
  alarmMail: z.email().optional(),
  imageDigest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(), // of the agent as built for this machine
  nodeImage: z
    .string()
    .regex(/^[\w./:-]+@sha256:[0-9a-f]{64}$/)
    .optional(), // what the agent's image is built on, by digest
  endpoint: z.url().optional(), // of the emulator
});
const Context = Values.refine(({ stage, nodeImage }) => stage !== "prod" || nodeImage !== undefined, {
  path: ["nodeImage"],
  message: "prod builds the agent's image on a base named by digest: -c nodeImage=node@sha256:… (docs/agent.md)",
});

interface StageValues {
  readonly keepsData: boolean; // deletion protection, retained tables and buckets
  readonly natGateways: number; // none: tasks stand in public subnets, still without a way in
  readonly interfaceEndpoints: boolean;
  readonly monthlyBudgetUsd: number;
  readonly logDays: number;
  readonly requestsPerSecond: number;
  readonly warmPool: Readonly<Record<AgentSize, number>>; // tasks kept ready, not yet anyone's
  readonly authorizerCacheSeconds: number;
  readonly linksPerAddress: number; // sign-in mails that one address of the network may ask for in a quarter of an hour
  readonly recoveryDelaySeconds: number; // from the start of a recovery until its shares are handed out
  readonly emulated: boolean;
}

const RECOVERY_DELAY_SECONDS = 48 * 3600; // time for the owner to see the letter and cancel

const STAGES = {
  local: {
    keepsData: false,
    natGateways: 0, // the emulator has no EC2::NatGateway and no EC2::EIP
    interfaceEndpoints: false, // they would need EC2::SecurityGroupIngress, and nothing runs in that network
    monthlyBudgetUsd: 0,
    logDays: 7,
    requestsPerSecond: 1000,
    warmPool: { small: 0, medium: 0, large: 0 }, // the local start asks for as many as this machine bears
    authorizerCacheSeconds: 0, // the emulator keeps answers per route and not per token
    linksPerAddress: 500, // everybody on one machine has the same address
    recoveryDelaySeconds: 20, // so that one can be tried out
    emulated: true,
  },
  dev: {
    keepsData: false,
    natGateways: 1,
    interfaceEndpoints: false,
    monthlyBudgetUsd: 100,
    logDays: 30,
    requestsPerSecond: 200,
    warmPool: { small: 0, medium: 0, large: 0 },
    authorizerCacheSeconds: 5,
    linksPerAddress: 30,
    recoveryDelaySeconds: RECOVERY_DELAY_SECONDS,
    emulated: false,
  },
  prod: {
    keepsData: true,
    natGateways: 2,
    interfaceEndpoints: true,
    monthlyBudgetUsd: 2000,
    logDays: 365,
    requestsPerSecond: 2000,
    warmPool: { small: 2, medium: 1, large: 0 },
    authorizerCacheSeconds: 5,
    linksPerAddress: 30,
    recoveryDelaySeconds: RECOVERY_DELAY_SECONDS,
    emulated: false,
  },
} as const satisfies Record<string, StageValues>;

/** What AWS has and the emulator (MiniStack 1.5.33) lacks. A stack asks here before it adds one of these. */
const LACKING = {
  leadingKeysNull: true, // dynamodb:LeadingKeys is unknown there: `Null: false` would refuse everything
  resourceVariables: true, // a policy variable inside `Resource` is not replaced there
  tls: true, // it speaks plain HTTP on loopback, which a bucket that demands TLS refuses
  kmsConditions: true, // kms:EncryptionContext and kms:ViaService are unknown there
  resourceOfMail: true, // SES v2 SendEmail is asked for on `*` there
  resourceOfTaskToken: true, // so are SendTaskSuccess and SendTaskFailure
  resourceOfTask: true, // every ECS call is asked for on the cluster there
  capacityProviders: true, // ECS::ClusterCapacityProviderAssociations
  flowLogs: true, // EC2::FlowLog
  budgets: true, // Budgets::Budget
  imageBuild: true, // an image asset wants Docker; the local task runner starts processes
  taskEvents: true, // no ECS events: the local task runner calls the task-stopped function itself
} as const;

export type Config = ReturnType<typeof readConfig>;

/** @throws ZodError that names the value which is missing or malformed */
export function readConfig(context: (key: string) => unknown) {
  const given = Context.parse(
    Object.fromEntries(Object.keys(Values.shape).map((key) => [key, context(key) ?? undefined])),
  );
  const values: StageValues = STAGES[given.stage];
  return {
    ...given,
    ...values,
    mailFrom: given.mailFrom ?? `no-reply@${new URL(given.origin).hostname}`,
    has: (feature: keyof typeof LACKING): boolean => !(values.emulated && LACKING[feature]),
  };
}
