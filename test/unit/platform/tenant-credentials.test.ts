import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bounded } from "#platform/bounded.ts";
import { assumeTenantRole, sessionPolicy } from "#platform/tenancy/tenant-credentials.ts";
import { newId } from "#shared/ids.ts";

const ENV = {
  TENANT_ROLE_ARN: "arn:aws:iam::123456789012:role/tenant",
  TABLE_NAME: "tenants",
  DIRECTORY_NAME: "directory",
  STATE_BUCKET: "state",
  AWS_REGION: "eu-central-1",
};
const tenantId = newId("tenant", new Date());

describe("a tenant's credentials", () => {
  let asked: { input: { Policy?: string; Tags?: unknown; RoleSessionName?: string; DurationSeconds?: number } }[];
  const sts = {
    send: async (command: never) => {
      asked.push(command);
      const Expiration = new Date(Date.now() + 900_000);
      return { Credentials: { AccessKeyId: "A", SecretAccessKey: "S", SessionToken: "T", Expiration } };
    },
  };
  beforeEach(() => {
    asked = [];
    vi.useFakeTimers();
    for (const [name, value] of Object.entries(ENV)) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });
  const open = (client: object = sts) => assumeTenantRole(tenantId, client as never);

  it("E04 are asked for with the tenant as session tag and a policy of literal values", async () => {
    await open()();
    expect(asked[0]?.input).toMatchObject({
      RoleArn: ENV.TENANT_ROLE_ARN,
      RoleSessionName: tenantId,
      DurationSeconds: 900,
      Tags: [{ Key: "tid", Value: tenantId }],
    });
    const policy = asked[0]?.input.Policy ?? "";
    expect(policy).toContain(`"dynamodb:LeadingKeys":["TENANT#${tenantId}"]`);
    expect(policy).not.toContain("${");
    expect(policy.length).toBeLessThan(2048); // the longest session policy STS takes
  });

  it("are asked for once by many at once, and again before they end", async () => {
    const provide = open();
    await Promise.all(Array.from({ length: 50 }, provide));
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(599_000);
    await provide();
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    await provide();
    expect(asked).toHaveLength(2);
  });

  it("are asked for again after a refusal", async () => {
    let isUp = false;
    const provide = open({
      send: async (command: never) => (isUp ? sts.send(command) : Promise.reject(new Error("down"))),
    });
    await expect(provide()).rejects.toThrow("down");
    isUp = true;
    expect(await provide()).toMatchObject({ accessKeyId: "A" });
  });

  it("E02 reach no scan, no PartiQL, no other prefix and no action by wildcard", () => {
    const policy = JSON.stringify(sessionPolicy(tenantId, ENV));
    expect(policy).not.toMatch(/Scan|PartiQL|Batch|Describe|"[a-z0-9]+:\*"/i);
    expect(policy).toContain(`arn:aws:s3:::state/t/${tenantId}/*`);
  });
});

describe("what is kept for the last few", () => {
  it("is made once, and dropped for the one longest unused", () => {
    const made: string[] = [];
    const get = bounded(2, (key: string) => {
      made.push(key);
      return { key };
    });
    const a = get("a");
    get("b");
    expect(get("a")).toBe(a);
    get("c");
    expect(get("a")).toBe(a);
    get("b");
    expect(made).toEqual(["a", "b", "c", "b"]);
  });
});
