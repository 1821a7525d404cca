import { runSimulation } from "@cloud-copilot/iam-simulate";
import { describe, expect, it } from "vitest";
import { sessionPolicy } from "#platform/tenancy/tenant-credentials.ts";
import { newId } from "#shared/ids.ts";

/** The policy a tenant's session is narrowed by, held against requests as AWS would. Its role is tested in test/infra. */
const now = new Date();
const tid = newId("tenant", now);
const other = newId("tenant", now);
const ACCOUNT = "123456789012";
const policy = sessionPolicy(tid, {
  TENANT_ROLE_ARN: `arn:aws:iam::${ACCOUNT}:role/tenant-access`,
  TABLE_NAME: "tenants",
  DIRECTORY_NAME: "directory",
  STATE_BUCKET: "state",
  AWS_REGION: "eu-central-1",
});
const table = `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/tenants`;
const index = `${table}/index/by-tenant`;

async function decide(action: string, resource: string, keys?: string[]): Promise<string> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/tenant-access/${tid}`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: keys ? { "dynamodb:LeadingKeys": keys } : {},
      },
      identityPolicies: [{ name: "session", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType !== "single") throw new Error(JSON.stringify(answer));
  expect(answer.result.ignoredContextKeys ?? []).toEqual([]);
  return answer.overallResult;
}

describe("a tenant's session", () => {
  it.each([
    ["its own row", "dynamodb:GetItem", table, [`TENANT#${tid}`]],
    ["a write of its own", "dynamodb:PutItem", table, [`TENANT#${tid}`]],
    ["its own index", "dynamodb:Query", index, [`TENANT#${tid}#EMAIL`]],
    ["its own object", "s3:GetObject", `arn:aws:s3:::state/t/${tid}/agents/x/state/1`, undefined],
  ])("E02 reaches %s", async (_, action, resource, keys) => {
    expect(await decide(action, resource, keys)).toBe("Allowed");
  });

  it.each([
    ["another tenant's row", "dynamodb:GetItem", table, [`TENANT#${other}`]],
    ["a row of a tenant whose id begins with its own", "dynamodb:GetItem", table, [`TENANT#${tid}0`]],
    ["a write among its own and another's", "dynamodb:PutItem", table, [`TENANT#${tid}`, `TENANT#${other}`]],
    ["another tenant's index", "dynamodb:Query", index, [`TENANT#${other}#EMAIL`]],
    ["the index of what is due over all tenants", "dynamodb:Query", `${table}/index/due`, ["agent#3"]],
    ["a scan", "dynamodb:Scan", table, undefined],
    ["PartiQL", "dynamodb:PartiQLSelect", table, [`TENANT#${tid}`]],
    ["a batch", "dynamodb:BatchGetItem", table, [`TENANT#${tid}`]],
    ["the table's description", "dynamodb:DescribeTable", table, undefined],
    ["another tenant's object", "s3:GetObject", `arn:aws:s3:::state/t/${other}/agents/x/state/1`, undefined],
    ["an object beside its prefix", "s3:GetObject", `arn:aws:s3:::state/t/${tid}0/x`, undefined],
    ["a list of objects", "s3:ListBucket", "arn:aws:s3:::state", undefined],
    ["a key but through the service", "kms:Decrypt", `arn:aws:kms:eu-central-1:${ACCOUNT}:key/x`, undefined],
  ])("E02 does not reach %s", async (_, action, resource, keys) => {
    expect(await decide(action, resource, keys)).not.toBe("Allowed");
  });
});
