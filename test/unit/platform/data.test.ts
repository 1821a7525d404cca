import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openData } from "#platform/tables/data.ts";
import { type Id, newId } from "#shared/ids.ts";

const CREDENTIALS = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey>
<SessionToken>T</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

/** STS and DynamoDB at one address of this machine: whom credentials were asked for, and how often rows were. */
describe("the tables of many tenants, in one warm function", () => {
  let server: Server;
  let askedFor: (string | null)[];
  let reads: number;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const isDynamo = request.headers["x-amz-target"] !== undefined;
      const body = await text(request);
      if (isDynamo) reads += 1;
      else askedFor.push(new URLSearchParams(body).get("RoleSessionName"));
      response.setHeader("content-type", isDynamo ? "application/x-amz-json-1.0" : "text/xml");
      response.end(isDynamo ? "{}" : CREDENTIALS);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    [askedFor, reads] = [[], 0];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = {
      ...{ TENANT_ROLE_ARN: "arn:aws:iam::123456789012:role/tenant", TABLE_NAME: "tenants", STATE_BUCKET: "state" },
      ...{
        DIRECTORY_NAME: "directory",
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "s",
      },
      ...{ AWS_ENDPOINT_URL_STS: url, AWS_ENDPOINT_URL_DYNAMODB: url },
    };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());

  it("asks STS once for each tenant, not for each request", async () => {
    const { enterTenant } = openData();
    const tenants: Id<"tenant">[] = Array.from({ length: 3 }, () => newId("tenant", new Date()));
    const request = (tenantId: Id<"tenant">) => enterTenant(tenantId).get("AGENT#1");
    await Promise.all([...tenants, ...tenants].map(request)); // at once
    for (let nth = 0; nth < 10; nth += 1) for (const tenantId of tenants) await request(tenantId); // one after another
    expect(reads).toBe(36);
    expect(askedFor.sort()).toEqual([...tenants].sort());
  });
});
