import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCallBudget } from "../../../agent/model/budget.ts";
import { type ModelProxy, startModelProxy } from "../../../agent/model/proxy.ts";
import { addressOf } from "../../../agent/model/upstream.ts";

const KEY = "sk-the-users-own-key";
let proxy: ModelProxy;
let upstream: Server;
let asked: { url: string | undefined; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[];
let reply: (response: ServerResponse) => void;
let baseUrl: string;

beforeEach(async () => {
  asked = [];
  reply = (response) => response.end('{"ok":true}');
  upstream = createServer(async (request, response) => {
    const chunks = await request.toArray();
    asked.push({ url: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    reply(response);
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const address = upstream.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/v1`;
  proxy = await startModelProxy(makeCallBudget(5));
  proxy.budget.beginTurn();
});
afterEach(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

const ask = (
  path: string,
  body: object | string,
  headers: Record<string, string> = { authorization: `Bearer ${proxy.token}` },
) =>
  fetch(`http://127.0.0.1:${proxy.port}${path}`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const chat = { model: "model", stream: true, messages: [{ role: "user", content: "count to 3" }] };
const openai = () => ({ kind: "openai", baseUrl, apiKey: KEY, modelId: "their-model" }) as const;

describe("the model proxy", () => {
  it("streams the demo model as the Chat Completions API does", async () => {
    const text = await (await ask("/v1/chat/completions", chat)).text();
    const events = text.split("\n\n").filter((line) => line.startsWith("data: {"));
    const deltas = events.map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? "");
    expect(deltas.join("")).toBe("Demo model: 1 2 3 ");
    expect(text.trimEnd()).toMatch(/data: \[DONE\]$/);
  });

  it("asks an OpenAI-compatible model with the user's key and model, and hands its answer on as it comes", async () => {
    proxy.choose(openai());
    reply = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: one\n\n");
      setTimeout(() => response.end("data: two\n\n"), 20);
    };
    const answer = await ask("/v1/chat/completions", chat);
    expect(await answer.text()).toBe("data: one\n\ndata: two\n\n");
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    expect(asked).toMatchObject([
      {
        url: "/v1/chat/completions",
        headers: { authorization: `Bearer ${KEY}` },
        body: { ...chat, model: "their-model" },
      },
    ]);
    expect(JSON.stringify(asked)).not.toContain(proxy.token);
  });

  it("asks Anthropic's API in its own way", async () => {
    proxy.choose({ ...openai(), kind: "anthropic" });
    await ask("/v1/messages", chat, { "x-api-key": proxy.token, "anthropic-beta": "a-beta" });
    const headers = { "x-api-key": KEY, "anthropic-version": "2023-06-01", "anthropic-beta": "a-beta" };
    expect(asked).toMatchObject([{ url: "/v1/messages", headers, body: { model: "their-model" } }]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it("hands a refusal on without the key in it", async () => {
    proxy.choose(openai());
    reply = (response) => response.writeHead(401).end(`{"error":"Incorrect key: ${KEY}"}`);
    const answer = await ask("/v1/chat/completions", chat);
    expect([answer.status, await answer.text()]).toEqual([401, '{"error":"Incorrect key: [key]"}']);
  });

  it("says so when the provider cannot be reached", async () => {
    proxy.choose({ ...openai(), baseUrl: "http://127.0.0.1:9" });
    expect((await ask("/v1/chat/completions", chat)).status).toBe(502);
  });

  it("answers the turn that warms OpenClaw up by itself, whatever model is chosen, and counts it not", async () => {
    proxy.choose(openai());
    for (let n = 0; n < 10; n++) {
      const answer = await ask("/v1/chat/completions", { ...chat, model: "prime" });
      expect(await answer.text()).toContain("Demo");
    }
    expect(asked).toEqual([]);
    expect((await ask("/v1/chat/completions", chat)).status).toBe(200);
  });

  it("stops a turn that asks too often", async () => {
    proxy.choose(openai());
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await ask("/v1/chat/completions", chat)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 400, 400]);
    expect(asked).toHaveLength(5);
  });

  it.each([
    ["no token", {}, 401],
    ["another token", { authorization: "Bearer another" }, 401],
    ["a token as long", { authorization: `Bearer ${"x".repeat(43)}` }, 401],
  ])("refuses %s", async (_what, headers: Record<string, string>, status) => {
    proxy.choose(openai());
    expect((await ask("/v1/chat/completions", chat, headers)).status).toBe(status);
    expect(asked).toEqual([]);
  });

  it.each([
    ["another path", "/v1/models", chat, 404],
    ["the other API", "/v1/messages", chat, 400],
    ["no JSON", "/v1/chat/completions", "not json", 400],
    ["a list", "/v1/chat/completions", "[]", 400],
  ])("refuses %s", async (_what, path, body, status) => {
    expect((await ask(path, body)).status).toBe(status);
  });

  it("stops asking when OpenClaw hangs up", async () => {
    proxy.choose(openai());
    const gone = Promise.withResolvers<void>();
    reply = (response) => {
      response.on("close", gone.resolve);
      response.write("data: one\n\n");
    };
    const hangUp = new AbortController();
    const headers = { authorization: `Bearer ${proxy.token}` };
    const url = `http://127.0.0.1:${proxy.port}/v1/chat/completions`;
    await fetch(url, { method: "POST", headers, body: JSON.stringify(chat), signal: hangUp.signal });
    hangUp.abort();
    await gone.promise;
  });
});

it.each([
  ["openai", "https://api.example/v1/", "https://api.example/v1/chat/completions"],
  ["openai", "http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"],
  ["anthropic", "https://api.example", "https://api.example/v1/messages"],
  ["anthropic", "https://api.example/v1", "https://api.example/v1/messages"],
] as const)("the address of %s at %s is %s", (kind, given, expected) => {
  expect(addressOf({ kind, baseUrl: given }).href).toBe(expected);
});
