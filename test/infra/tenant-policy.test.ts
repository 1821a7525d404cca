import { runSimulation } from "@cloud-copilot/iam-simulate";
import { describe, expect, it } from "vitest";
import { flatten, synthesise } from "#test/support/cdk.ts";

/** The tenant roles of stage prod as synthesised, held against requests (THREATS E02). A and AB are tenants by turns. */
const ACCOUNT = "111111111111";
const A = "tnt_a";
const { find } = synthesise("prod");
const roles = Object.entries(find("AWS::IAM::Role")).filter(([id]) => /tenant(directory)?access/.test(id));

interface Asked {
  readonly action: string;
  readonly keys?: readonly string[];
  readonly tid?: string | null;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly resourcePolicy?: unknown;
}

async function decide(policy: unknown, asked: Asked): Promise<string> {
  const { action, keys, tid = A, resource = tableOf(policy), context, resourcePolicy } = asked;
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/tenant-access/${A}`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          ...(keys ? { "dynamodb:LeadingKeys": [...keys] } : {}),
          ...(tid === null ? {} : { "aws:PrincipalTag/tid": tid }),
          ...context,
        },
      },
      identityPolicies: [{ name: "access", policy }],
      ...(resourcePolicy ? { resourcePolicy } : {}),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType !== "single") throw new Error(JSON.stringify(answer));
  expect(answer.result.ignoredContextKeys ?? []).toEqual([]); // what the simulator ignores proves nothing
  return answer.overallResult;
}

function resourcesOf(policy: unknown, sid: string): string {
  const { Statement } = policy as { Statement: { Sid: string; Resource: string | string[] }[] };
  const resource = Statement.find(({ Sid }) => Sid === sid)?.Resource;
  return [resource].flat()[0] ?? "";
}

const tableOf = (policy: unknown): string => resourcesOf(policy, "OwnRows");
const indexOf = (policy: unknown): string => resourcesOf(policy, "OwnRowsByIndex");
const objectOf = (policy: unknown, tid: string): string =>
  resourcesOf(policy, "OwnObjects").replace(/\/t\/.*$/, `/t/${tid}/agents/x/state/1`);

describe.each(roles)("%s as synthesised for prod", (_id, role) => {
  const policy = flatten(role.Properties["Policies"][0].PolicyDocument);
  const own = `TENANT#${A}`;

  it.each(["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"])(
    "E02 allows %s on its own tenant's key",
    async (name) => {
      expect(await decide(policy, { action: `dynamodb:${name}`, keys: [own] })).toBe("Allowed");
    },
  );

  it.each<[string, Asked]>([
    ["another tenant's key", { action: "dynamodb:GetItem", keys: ["TENANT#tnt_b"] }],
    ["a tenant whose id begins with its own", { action: "dynamodb:GetItem", keys: [`${own}b`] }],
    ["a partition behind its own key", { action: "dynamodb:GetItem", keys: [`${own}#due`] }],
    ["a batch of its own and another's", { action: "dynamodb:BatchGetItem", keys: [own, "TENANT#tnt_b"] }],
    ["even a batch of its own", { action: "dynamodb:BatchGetItem", keys: [own] }],
    ["a transaction's put among its own and another's", { action: "dynamodb:PutItem", keys: [own, "TENANT#tnt_b"] }],
    ["a transaction's check of another's row", { action: "dynamodb:ConditionCheckItem", keys: ["TENANT#tnt_b"] }],
    ["Scan", { action: "dynamodb:Scan" }],
    ["a Query that names no key", { action: "dynamodb:Query" }],
    ["PartiQL", { action: "dynamodb:PartiQLSelect", keys: [own] }],
    ["PartiQL that writes", { action: "dynamodb:PartiQLUpdate", keys: [own] }],
    ["DescribeTable", { action: "dynamodb:DescribeTable" }],
    ["a session without the tag", { action: "dynamodb:GetItem", keys: [own], tid: null }],
    [
      "a session without the tag that guesses the empty one",
      { action: "dynamodb:GetItem", keys: ["TENANT#"], tid: null },
    ],
    ["a tag with a wildcard", { action: "dynamodb:GetItem", keys: [own], tid: "tnt_*" }],
  ])("E02 refuses %s", async (_what, asked) => {
    expect(await decide(policy, asked)).toBe("ImplicitlyDenied");
  });

  it("E02 reads its own tenant's index and no other's", async () => {
    const action = "dynamodb:Query";
    const resource = indexOf(policy);
    expect(await decide(policy, { action, resource, keys: [`${own}#agents`] })).toBe("Allowed");
    expect(await decide(policy, { action, resource, keys: ["TENANT#tnt_b#agents"] })).toBe("ImplicitlyDenied");
    expect(await decide(policy, { action, resource, keys: [`${own}b#agents`] })).toBe("ImplicitlyDenied");
    const due = resource.replace("by-tenant", "due");
    expect(await decide(policy, { action, resource: due, keys: [`${own}#agents`] })).toBe("ImplicitlyDenied");
  });

  it("E09 reaches objects under its own prefix and no other", async () => {
    const at = (tid: string) => objectOf(policy, tid);
    expect(await decide(policy, { action: "s3:PutObject", resource: at(A) })).toBe("Allowed");
    expect(await decide(policy, { action: "s3:PutObject", resource: at("tnt_b") })).toBe("ImplicitlyDenied");
    expect(await decide(policy, { action: "s3:GetObject", resource: at(`${A}b`) })).toBe("ImplicitlyDenied");
    expect(await decide(policy, { action: "s3:GetObject", resource: at(A), tid: null })).toBe("ImplicitlyDenied");
  });

  it.each(["kms:Decrypt", "kms:GenerateDataKey"])(
    "E09 has %s for its own objects and no other tenant's",
    async (action) => {
      const use = (arn: string, tid: string | null = A, service = "s3") =>
        decideKey(policy, { action, tid, sid: "DataKeyForObjects", named: ["aws:s3:arn", arn], service });
      const own = objectOf(policy, A);
      expect(await use(own)).toBe("Allowed");
      expect(await use(objectOf(policy, "tnt_b"))).toBe("ImplicitlyDenied");
      expect(await use(objectOf(policy, `${A}b`))).toBe("ImplicitlyDenied");
      expect(await use(own.replace(/\/t\/.*$/, ""))).toBe("ImplicitlyDenied"); // the bucket itself, as by a bucket key
      expect(await use(own, null)).toBe("ImplicitlyDenied");
      expect(await use(own, A, "glue")).toBe("ImplicitlyDenied");
    },
  );

  it("has the key for rows of our tables alone, and only through DynamoDB", async () => {
    const use = (table: string, service = "dynamodb") => {
      const named = ["aws:dynamodb:tableName", table] as const;
      return decideKey(policy, { action: "kms:Decrypt", sid: "DataKeyForRows", named, service });
    };
    const [, own = ""] = tableOf(policy).split("/");
    expect(await use(own)).toBe("Allowed");
    expect(await use("another")).toBe("ImplicitlyDenied");
    expect(await use(own, "s3")).toBe("ImplicitlyDenied");
  });
});

interface KeyUse {
  readonly action: string;
  readonly sid: string;
  readonly named: readonly [key: string, value: string];
  readonly service: string;
  readonly tid?: string | null;
}

/** The simulator knows no condition key whose name is open, so the one of the encryption context stands under the name of another text. */
async function decideKey(policy: unknown, { action, sid, named: [key, value], service, tid = A }: KeyUse) {
  const known = JSON.parse(JSON.stringify(policy).replaceAll(`"kms:EncryptionContext:${key}"`, '"kms:RequestAlias"'));
  const context = { "kms:ViaService": `${service}.us-east-1.amazonaws.com`, "kms:RequestAlias": value };
  const [, dataKey] = Object.entries(find("AWS::KMS::Key")).find(([id]) => id.startsWith("data/")) ?? [];
  const resourcePolicy = flatten(dataKey?.Properties["KeyPolicy"]);
  return decide(known, { action, tid, resource: resourcesOf(policy, sid), context, resourcePolicy });
}

it("the bucket of tenants has no bucket key, under which every object would have the bucket's context", () => {
  const [, state] = Object.entries(find("AWS::S3::Bucket")).find(([id]) => /^data\/State/.test(id)) ?? [];
  const [rule] = state?.Properties["BucketEncryption"].ServerSideEncryptionConfiguration ?? [];
  expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe("aws:kms");
  expect(rule.BucketKeyEnabled ?? false).toBe(false);
});
