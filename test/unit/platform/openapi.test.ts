import { describe, expect, it } from "vitest";
import { contracts } from "#shared/contracts/index.ts";
import type { Route } from "#shared/contracts/route.ts";
import { describeApi } from "#shared/openapi.ts";
import { openIdentity } from "#test/support/identity.ts";

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: { properties: object; required: string[] } }> };
  responses: Record<string, unknown>;
  security: object[];
}

describe("the reference", () => {
  const api = describeApi("https://ocmt.example") as {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
  };
  const operations = Object.values(api.paths).flatMap((methods) => Object.values(methods));

  it("names every route of every contract once, and no other", () => {
    const named = Object.entries(contracts).flatMap(([domain, routes]) =>
      Object.keys(routes).map((name) => `${domain}.${name}`),
    );
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(named.sort());
  });

  it("says of each route its path parameters, its status and whether it is public", () => {
    for (const contract of Object.values<Record<string, Route>>(contracts)) {
      for (const { path, method, status = 200, access } of Object.values(contract)) {
        const operation = api.paths[path]?.[method.toLowerCase()];
        const inPath = operation?.parameters
          .filter((parameter) => parameter.in === "path")
          .map(({ name }) => `{${name}}`);
        expect(path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
        expect(Object.keys(operation?.responses ?? {})).toEqual([String(status), "default"]);
        expect(operation?.security.length === 0).toBe(access === "public");
      }
    }
  });

  it("describes a body by its fields", () => {
    const create = api.paths["/v1/tenants"]?.["post"];
    const schema = create?.requestBody?.content["application/json"]?.schema;
    expect(schema).toMatchObject({
      properties: { name: { type: "string" }, slug: { type: "string" } },
      required: ["name", "slug"],
    });
  });

  it("is served to anyone", async () => {
    const { handler, world } = openIdentity();
    const answer = await handler(world.event("GET /v1/openapi.json"));
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? "")).toMatchObject({
      openapi: "3.1.0",
      servers: [{ url: "https://ocmt.example" }],
    });
  });
});
