import { describe, expect, it } from "vitest";
import { flatten, type Resource, synthesise } from "#test/support/cdk.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const STAGES = ["local", "dev", "prod"] as const;
const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]); // one or many

function statementsOf({ Properties }: Resource): Statement[] {
  const inline = (Properties["Policies"] ?? []).map((policy: { PolicyDocument: unknown }) => policy.PolicyDocument);
  const documents = [Properties["PolicyDocument"], ...inline].filter(Boolean) as { Statement: Statement[] }[];
  return documents.flatMap(({ Statement }) => Statement);
}

describe.each(STAGES)("rights in stage %s", (stage) => {
  const { find } = synthesise(stage);
  const policies = { ...find("AWS::IAM::Policy"), ...find("AWS::IAM::Role"), ...find("AWS::IAM::ManagedPolicy") };

  it("K05 name every action: no wildcard anywhere, and no managed policy beside", () => {
    for (const [id, policy] of Object.entries(policies)) {
      for (const statement of statementsOf(policy)) {
        const starred = list(statement.Action).filter((action) => action.includes("*"));
        expect([id, starred]).toEqual([id, []]);
      }
      expect([id, policy.Properties["ManagedPolicyArns"] ?? []]).toEqual([id, []]);
    }
  });

  it("are one role for each function", () => {
    const roles = Object.entries(find("AWS::Lambda::Function")).map(([, { Properties }]) =>
      flatten(Properties["Role"]),
    );
    expect(new Set(roles).size).toBe(roles.length);
  });

  it("do not reach a table of tenants but by the two tenant roles", () => {
    for (const [id, policy] of Object.entries(find("AWS::IAM::Policy"))) {
      const onTable = statementsOf(policy).filter((statement) =>
        list(statement.Action).some((action) => action.startsWith("dynamodb:")),
      );
      for (const statement of onTable) {
        const resources = list(flatten(statement.Resource) as string | string[]);
        const tenants = resources.filter((resource) => resource.includes("table/Table"));
        const isSweep = id.includes("sweep");
        expect([id, tenants.filter((resource) => !(isSweep && resource.endsWith("/index/due")))]).toEqual([id, []]);
      }
    }
  });

  it("say of each leading key that there must be one, where that can be evaluated", () => {
    const keyed = Object.values(policies)
      .flatMap(statementsOf)
      .filter(({ Condition }) => JSON.stringify(Condition ?? {}).includes("dynamodb:LeadingKeys"));
    expect(keyed).toHaveLength(5); // table and index, for each of the two tenant roles; API keys, for the authorizer
    for (const { Condition } of keyed) {
      expect(Condition?.["Null"]).toEqual(stage === "local" ? undefined : { "dynamodb:LeadingKeys": "false" });
    }
  });

  it("let nobody into a tenant role but named functions with one tag, the tenant", () => {
    const doors = Object.entries(find("AWS::IAM::Role")).filter(([id]) => /tenant(directory)?access/.test(id));
    expect(doors).toHaveLength(2);
    for (const [, { Properties }] of doors) {
      for (const statement of Properties["AssumeRolePolicyDocument"].Statement) {
        expect(list(statement.Action)).toEqual(["sts:AssumeRole", "sts:TagSession"]);
        expect(Object.keys(statement.Principal)).toEqual(["AWS"]);
        expect(JSON.stringify(statement.Principal)).not.toMatch(/"\*"|:root/);
        expect(statement.Condition).toEqual({
          StringLike: { "aws:RequestTag/tid": "tnt_*" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["tid"] },
        });
      }
    }
  });
});

describe("the signing keys", () => {
  const { find } = synthesise("prod");

  it.each(["TokenKey", "LaunchKey"])("%s signs for named roles only, not for whoever the account allows", (name) => {
    const [, key] = Object.entries(find("AWS::KMS::Key")).find(([id]) => id.includes(name)) ?? [];
    expect(key?.Properties).toMatchObject({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
    const statements = key?.Properties["KeyPolicy"].Statement as (Statement & { Sid: string; Principal: unknown })[];
    const signing = statements.filter(({ Action }) => list(Action).includes("kms:Sign"));
    expect(signing.map(({ Sid }) => Sid)).toEqual(["Sign"]);
    expect(JSON.stringify(signing)).not.toContain(":root");
    for (const { Action } of statements) expect(list(Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("LaunchKey signs for the lifecycle's steps and nothing else", () => {
    const [, key] = Object.entries(find("AWS::KMS::Key")).find(([id]) => id.includes("LaunchKey")) ?? [];
    const sign = key?.Properties["KeyPolicy"].Statement.find(({ Sid }: { Sid: string }) => Sid === "Sign");
    expect(list(flatten(sign.Principal.AWS) as string | string[])).toEqual([expect.stringContaining("lifecycleSteps")]);
  });
});
