import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { serve } from "#platform/pipe/http.ts";
import { type Contract, Problem, pathParams } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { ORIGIN, World } from "#test/support/world.ts";

const contract = {
  rename: {
    method: "PUT",
    path: "/v1/things/{id}",
    access: "agents:write",
    summary: "Rename a thing.",
    status: 202,
    input: z.object({ id: z.string(), name: z.string() }),
    reply: z.object({ name: z.string() }),
  },
  greet: {
    method: "POST",
    path: "/v1/greetings",
    access: "public",
    summary: "Greet.",
    input: z.object({ name: z.string().optional() }),
    reply: z.object({ heard: z.string() }),
  },
} as const satisfies Contract;

describe("the life of a request", () => {
  const world = new World();
  const { token } = world.person("owner");
  const rename = vi.fn(async (_ctx: unknown, { name }: { id: string; name: string }) => ({ name, secret: "hidden" }));
  const greet = vi.fn(async (ctx: { request: { setCookie(c: string): void; cookies: Record<string, string> } }) => {
    ctx.request.setCookie("a=b");
    return { heard: ctx.request.cookies["who"] ?? "nobody" };
  });
  const handler = serve(contract, { rename, greet }, world.door());
  const route = contract.rename;
  const put = async (body: unknown, routeKey = `${route.method} ${route.path}`, more: object = {}) => {
    const params = Object.fromEntries(pathParams(route.path).map((name) => [name, "from-path"]));
    const answer = await handler(world.event(routeKey, { token, params, body, ...more }));
    return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? "") };
  };
  beforeEach(() => {
    vi.clearAllMocks();
  });

  it("takes the identity of the thing from the path, whatever body or query say", async () => {
    await put({ id: "from-body", name: "new" }, undefined, { query: { id: "from-query" } });
    expect(rename.mock.calls[0]?.[1]).toEqual({ id: "from-path", name: "new" });
  });

  it("sends nothing the contract does not name, under the contract's status, and forbids keeping it", async () => {
    const { status, body, headers } = await put({ name: "new" });
    expect({ status, body }).toEqual({ status: 202, body: { name: "new" } });
    expect(headers).toMatchObject({ "cache-control": "no-store", "ocmt-version": "2026-11-23" });
  });

  it("says what is wrong with a request, but does not repeat it", async () => {
    const { status, body, headers } = await put({ name: 5, password: "hunter2" });
    expect(status).toBe(400);
    expect(headers).toMatchObject({ "content-type": "application/problem+json" });
    expect(Problem.parse(body)).toMatchObject({
      code: "request.invalid",
      request_id: "test",
      errors: [{ path: "name" }],
    });
    expect(JSON.stringify(body)).not.toContain("hunter2");
    expect(JSON.stringify(await put("{hunter2"))).not.toContain("hunter2");
  });

  it.each([["[]"], ['"text"'], ["null"], ["7"]])("refuses a body that is no object: %s", async (body) => {
    expect(await put(body)).toMatchObject({ status: 400 });
  });

  it("keeps an unforeseen failure to itself, and logs its kind without its message", async () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    rename.mockRejectedValueOnce(new Error("table sk=USER#7 is on fire"));
    const { status, body } = await put({ name: "new" });
    const logged = write.mock.calls.map(([line]) => String(line));
    write.mockRestore();
    expect(status).toBe(500);
    expect(Object.keys(body).sort()).toEqual(["code", "fix", "request_id", "status", "title", "type"]);
    expect(JSON.stringify(body)).not.toContain("fire");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('"code":"internal"');
    expect(logged[0]).not.toContain("fire");
  });

  it("hides the details of a failure of ours", async () => {
    rename.mockRejectedValueOnce(new AppError("internal", { details: { row: "USER#7" } }));
    expect(JSON.stringify(await put({ name: "new" }))).not.toContain("USER#7");
  });

  it("answers 500 when a reply breaks the contract's word", async () => {
    rename.mockResolvedValueOnce({ nom: "new" } as never);
    expect(await put({ name: "new" })).toMatchObject({ status: 500, body: { code: "internal" } });
  });

  it("knows no route outside its contract", async () => {
    expect(await put({}, "PUT /v1/others")).toMatchObject({ status: 404, body: { code: "route.not_found" } });
  });

  it("says when to come back", async () => {
    rename.mockRejectedValueOnce(new AppError("request.too_many", { details: { retryAfterSeconds: 12.2 } }));
    expect(await put({ name: "new" })).toMatchObject({ status: 429, headers: { "retry-after": "13" } });
  });

  it("writes one line for each request, with its route, status and actor", async () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await put({ name: "secret name" });
    const lines = write.mock.calls.map(([line]) => String(line));
    write.mockRestore();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ event: "request.done", requestId: "test", status: 202 });
    expect(lines[0]).not.toContain("secret name");
  });

  describe("H02 a body that costs more to read than to send", () => {
    it.each([
      ["is larger than 256 KB", JSON.stringify({ name: "x".repeat(256 * 1024) }), "request.too_large"],
      ["is 10 MiB", JSON.stringify({ name: "x".repeat(10 << 20) }), "request.too_large"],
      ["is 10,000 deep", `{"name":"x","more":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, "request.invalid"],
      ["has 100,000 values", `{"name":"x","more":[${"1,".repeat(99_999)}1]}`, "request.invalid"],
      ["is 17 deep", `{"name":"x","more":${"[".repeat(16)}${"]".repeat(16)}}`, "request.invalid"],
      ["has half a surrogate pair", '{"name":"\\ud800"}', "request.invalid"],
    ])("is refused when it %s", async (_, body, code) => {
      expect(await put(body)).toMatchObject({ body: { code } });
      expect(rename).not.toHaveBeenCalled();
    });

    it("is measured after base64 is undone", async () => {
      const event = world.event("PUT /v1/things/{id}", { token, params: { id: "x" } });
      const body = Buffer.from('{"name":"new"}').toString("base64");
      expect(await handler({ ...event, body, isBase64Encoded: true })).toMatchObject({ statusCode: 202 });
    });
  });

  it("H03 refuses keys that reach a prototype, and merges none from a query", async () => {
    expect(await put('{"name":"x","__proto__":{"id":"y"}}')).toMatchObject({ status: 400 });
    expect(await put('{"name":"x","a":{"b":[{"__proto__":1}]}}')).toMatchObject({ status: 400 });
    const query = JSON.parse('{"__proto__":"x","constructor":"y"}');
    await put({ name: "x" }, undefined, { query });
    expect(rename.mock.calls.at(-1)?.[1]).toEqual({ id: "from-path", name: "x" });
    expect(({} as Record<string, unknown>)["id"]).toBeUndefined();
  });

  describe("F15 a public POST", () => {
    const greeting = (headers: Record<string, string>, cookies?: string[]) =>
      handler(world.event("POST /v1/greetings", { headers, body: {}, ...(cookies ? { cookies } : {}) }));

    it("with a cookie is heard from our own pages only", async () => {
      expect(await greeting({ origin: ORIGIN }, ["who=me"])).toMatchObject({ statusCode: 200, cookies: ["a=b"] });
      expect(await greeting({ origin: "https://evil.example" }, ["who=me"])).toMatchObject({ statusCode: 403 });
      expect(await greeting({ origin: "null" }, ["who=me"])).toMatchObject({ statusCode: 403 });
      expect(await greeting({}, ["who=me"])).toMatchObject({ statusCode: 403 });
    });

    it("without a cookie is heard from programs, and from no other site", async () => {
      expect(await greeting({})).toMatchObject({ statusCode: 200 });
      expect(await greeting({ origin: "https://evil.example" })).toMatchObject({ statusCode: 403 });
    });

    it("does not read claims that a caller brings along", async () => {
      await handler(world.event("POST /v1/greetings", { body: {}, token }));
      expect(greet.mock.lastCall?.[0]).toMatchObject({ actor: { kind: "anyone" } });
    });
  });
});
