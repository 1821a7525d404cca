import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Id } from "#shared/ids.ts";
import { readEnv } from "../env.ts";
import { TENANT_INDEX } from "../tables/rows.ts";
import { partitionOf } from "../tables/table.ts";

const LIFE_SECONDS = 900; // the shortest STS gives
const RENEW_BEFORE_MS = 300_000; // an address signed with them lives no longer than this (lambdas/tasks/state.ts)

export interface TenantCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

let sts: Pick<STSClient, "send"> | undefined;

/**
 * Credentials that reach one tenant's rows and objects and nothing else, as a provider for any SDK client.
 * STS is asked once in about 10 minutes for each tenant a warm function serves; callers at the same time share the answer.
 */
export function assumeTenantRole(
  tenantId: Id<"tenant">,
  client?: Pick<STSClient, "send">,
): () => Promise<TenantCredentials> {
  let current: Promise<TenantCredentials> | undefined;
  let renewAt = 0;
  return () => {
    if (current && Date.now() < renewAt) return current;
    sts ??= new STSClient({});
    renewAt = Date.now() + LIFE_SECONDS * 1000 - RENEW_BEFORE_MS;
    current = assume(client ?? sts, tenantId).catch((error: unknown) => {
      current = undefined; // a refusal is not remembered
      throw error;
    });
    return current;
  };
}

async function assume(client: Pick<STSClient, "send">, tenantId: Id<"tenant">): Promise<TenantCredentials> {
  const env = readEnv("TENANT_ROLE_ARN", "TABLE_NAME", "DIRECTORY_NAME", "STATE_BUCKET", "AWS_REGION");
  const { Credentials } = await client.send(
    new AssumeRoleCommand({
      RoleArn: env.TENANT_ROLE_ARN,
      RoleSessionName: tenantId,
      DurationSeconds: LIFE_SECONDS,
      Tags: [{ Key: "tid", Value: tenantId }],
      Policy: JSON.stringify(sessionPolicy(tenantId, env)),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new Error("sts: no credentials");
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}

interface Names {
  readonly TENANT_ROLE_ARN: string;
  readonly TABLE_NAME: string;
  readonly DIRECTORY_NAME: string;
  readonly STATE_BUCKET: string;
  readonly AWS_REGION: string;
}

const ITEM_ACTIONS = ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"];

/**
 * Literal values only: this can narrow the role, never widen it. That a request must name a key at all (`Null`) is said
 * in the role's own policy, which this is intersected with; so is whether the directory may be written.
 */
export function sessionPolicy(tenantId: Id<"tenant">, env: Names) {
  const account = env.TENANT_ROLE_ARN.split(":")[4];
  const table = (name: string) => `arn:aws:dynamodb:${env.AWS_REGION}:${account}:table/${name}`;
  const Action = ITEM_ACTIONS.map((action) => `dynamodb:${action}`);
  const own = partitionOf(tenantId);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action,
        Resource: [table(env.TABLE_NAME)],
        Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [own] } },
      },
      {
        Effect: "Allow",
        Action: ["dynamodb:Query"],
        Resource: [`${table(env.TABLE_NAME)}/index/${TENANT_INDEX}`],
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${own}#*`] } },
      },
      { Effect: "Allow", Action, Resource: [table(env.DIRECTORY_NAME)] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
        Resource: [`arn:aws:s3:::${env.STATE_BUCKET}/t/${tenantId}/*`],
      },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: ["*"],
        Condition: {
          StringLike: {
            "kms:ViaService": [`s3.${env.AWS_REGION}.amazonaws.com`, `dynamodb.${env.AWS_REGION}.amazonaws.com`],
          },
        },
      },
    ],
  };
}
