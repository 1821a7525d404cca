import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { WEB_HEADERS, webHeaders } from "#shared/web-headers.ts";
import { listenOrigin, type Origin } from "../../../local/proxy/origin.ts";

/** What the emulator was asked, and what it answers next. */
interface Behind {
  readonly server: Server;
  readonly asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
  mails: unknown;
  refuseUpgrade: boolean;
}

const OBJECTS = "http://127.0.0.1:4566/state/";
let behind: Behind;
let origin: Origin;
let webRoot: string;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), "ocmt-web-"));
  await mkdir(join(webRoot, "assets"));
  await writeFile(join(webRoot, "index.html"), "<h1>app</h1>");
  await writeFile(join(webRoot, "assets", "a-1f.js"), "export {}");
  await writeFile(`${webRoot}-secret.txt`, "outside");
  behind = await startBehind();
  origin = await listenOrigin(0);
});
beforeEach(() => {
  behind.asked.length = 0;
  const endpoint = `http://127.0.0.1:${portOf(behind.server)}`;
  origin.open({ endpoint, httpApiId: "api1", relayApiId: "ws1", relayStage: "relay", webRoot, objects: OBJECTS });
});
afterAll(async () => {
  await origin.close();
  behind.server.closeAllConnections();
  behind.server.close();
  await rm(webRoot, { recursive: true, force: true });
  await rm(`${webRoot}-secret.txt`, { force: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(`${origin.url}${path}`, { redirect: "manual", ...init });

describe("the local origin", () => {
  it("answers that it starts until the product is up", async () => {
    const early = await listenOrigin(0);
    const response = await fetch(`${early.url}/v1/me`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    await early.close();
  });

  it("serves the app's files, and the app itself for every page, with the web's headers", async () => {
    const asset = await get("/assets/a-1f.js");
    expect(await asset.text()).toBe("export {}");
    expect(asset.headers.get("cache-control")).toContain("immutable");
    for (const path of ["/", "/chat/agt_1/cnv_1", "/settings/security?tab=1"]) {
      const page = await get(path);
      expect([page.status, await page.text()]).toEqual([200, "<h1>app</h1>"]);
      expect(page.headers.get("cache-control")).toBe("no-cache");
      for (const [name, value] of Object.entries(webHeaders(OBJECTS))) expect(page.headers.get(name)).toBe(value);
    }
    expect((await get("/assets/gone.js")).status).toBe(404);
    expect((await get("/", { method: "POST", body: "x" })).status).toBe(405);
  });

  it("serves nothing outside the web app's folder", async () => {
    const name = webRoot.split("/").at(-1);
    for (const path of [
      `/../${name}-secret.txt`,
      `/..%2f${name}-secret.txt`,
      `/%2e%2e/${name}-secret.txt`,
      "/%00",
      "/%zz.js",
    ]) {
      const answer = await rawGet(path);
      expect(answer).not.toContain("outside");
    }
    expect(await rawGet(`/..%2f${name}-secret.txt`)).toMatch(/^HTTP\/1.1 400/);
  });

  it("passes the API on whole: method, path, query, body, headers, cookies", async () => {
    const response = await get("/v1/agents?limit=2&a=%2F", {
      method: "POST",
      body: '{"name":"x"}',
      headers: { "content-type": "application/json", authorization: "Bearer t", cookie: "a=1" },
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["s=1; HttpOnly", "t=2"]);
    expect(behind.asked[0]).toMatchObject({
      method: "POST",
      url: "/_aws/execute-api/api1/v1/agents?limit=2&a=%2F",
      body: '{"name":"x"}',
      headers: { authorization: "Bearer t", cookie: "a=1", "content-type": "application/json" },
    });
    await get("/.well-known/jwks.json");
    expect(behind.asked[1]?.url).toBe("/_aws/execute-api/api1/.well-known/jwks.json");
  });

  it("says where a request came from, after what the client claims", async () => {
    await get("/v1/me", { headers: { "x-forwarded-for": "8.8.8.8", "cloudfront-viewer-address": "8.8.8.8:1" } });
    const headers = behind.asked[0]?.headers;
    expect(headers?.["x-forwarded-for"]).toBe("8.8.8.8, 127.0.0.1");
    expect(headers?.["x-forwarded-host"]).toBe(origin.url.slice("http://".length));
    expect(headers?.["cloudfront-viewer-address"]).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(headers?.host).toBe(`127.0.0.1:${portOf(behind.server)}`);
  });

  it("lets no path that only looks like the API reach the emulator, nor the emulator's own", async () => {
    for (const path of [
      "/v1x",
      "/_aws/execute-api/other/v1/me",
      "/_ministack/ses/messages",
      "/v1/../_ministack/health",
      "/V1/me",
    ])
      await rawGet(path);
    expect(behind.asked).toEqual([]);
  });

  it("refuses a body larger than API Gateway takes, announced or not", async () => {
    const large = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect((await get("/v1/x", { method: "POST", body: large })).status).toBe(413);
    expect(await postChunked("/v1/x", large)).toBe(413);
    expect(await postChunked("/v1/x", large.subarray(0, 1000))).toBe(201);
  });

  it("says so when the emulator is gone", async () => {
    origin.open({
      endpoint: "http://127.0.0.1:1",
      httpApiId: "a",
      relayApiId: "b",
      relayStage: "relay",
      webRoot,
      objects: OBJECTS,
    });
    expect((await get("/v1/me")).status).toBe(502);
    expect((await get("/mailbox/messages")).status).toBe(502);
    await expect(openSocket("/relay?ticket=t")).rejects.toThrow(/502/);
  });

  it("answers to its own name only, so that no other site can read it by renaming itself", async () => {
    for (const host of ["evil.example", "evil.example:80", `127.0.0.1.evil.example:${origin.port}`])
      expect(await rawGet("/mailbox/messages", host)).toMatch(/^HTTP\/1.1 421/);
    const byName = await fetch(`http://localhost:${origin.port}/a?b=1`, { redirect: "manual" });
    expect([byName.status, await byName.text()]).toEqual([200, "<h1>app</h1>"]);
    await expect(openSocket("/relay?ticket=t", { Host: "evil.example" })).rejects.toThrow(/404/);
  });

  it("lets the API know its own pages under either name, and takes no other's word for it", async () => {
    const ours = origin.url;
    const byName = `http://localhost:${origin.port}`;
    const seenFor = async (host: string, from: string) => {
      behind.asked.length = 0;
      await rawGet("/v1/me", host, `origin: ${from}\r\n`);
      return behind.asked[0]?.headers.origin;
    };
    const name = new URL(byName).host;
    expect(await seenFor(name, byName)).toBe(ours);
    expect(await seenFor(new URL(ours).host, ours)).toBe(ours);
    for (const from of ["http://evil.example", "http://localhost:1", `${byName}.evil.example`, "null"])
      expect(await seenFor(name, from)).toBe(from);
    expect(await seenFor(new URL(ours).host, byName)).toBe(byName);
  });

  it("tells the web app that mail stays here", async () => {
    expect(await (await get("/local.json")).json()).toMatchObject({
      stage: "local",
      mailboxUrl: "/mailbox",
    });
  });
});

describe("the relay through the local origin", () => {
  it("carries frames both ways under the stage's path, with the ticket", async () => {
    const socket = await openSocket("/relay?ticket=t1");
    const reply = new Promise((resolve) => socket.once("message", (data) => resolve(String(data))));
    socket.send("hello");
    expect(await reply).toBe("/_aws/execute-api/ws1/relay?ticket=t1 hello");
    const gone = new Promise((resolve) => socket.once("close", resolve));
    socket.close(1000);
    expect(await gone).toBe(1000);
  });

  it("is refused as the emulator refuses it", async () => {
    behind.refuseUpgrade = true;
    await expect(openSocket("/relay?ticket=used")).rejects.toThrow(/403/);
    behind.refuseUpgrade = false;
  });

  it("is at /relay alone", async () => {
    await expect(openSocket("/v1/me")).rejects.toThrow(/404/);
    await expect(openSocket("/relay/other")).rejects.toThrow(/404/);
  });
});

describe("the local mailbox", () => {
  it("lists mails, newest first, as text", async () => {
    const mail = (Subject: string, Timestamp: number) => ({
      MessageId: Subject,
      Source: "no-reply@x",
      To: ["a@example.com"],
      Subject,
      BodyText: "see http://127.0.0.1/link#s",
      Timestamp,
    });
    behind.mails = { messages: { "000000000000": [mail("old", 1000), mail("new", 2000)] } };
    const { messages } = await (await get("/mailbox/messages")).json();
    expect(messages.map(({ subject }: { subject: string }) => subject)).toEqual(["new", "old"]);
    expect(messages[0]).toMatchObject({ to: ["a@example.com"], sentAt: "1970-01-01T00:33:20.000Z" });
  });

  it("has a page whose script is JavaScript and whose parts the policy allows", async () => {
    const page = await get("/mailbox");
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toBe(WEB_HEADERS["content-security-policy"]);
    expect(html).not.toMatch(/<style|style=|onclick|<script(?![^>]*src)/);
    const script = await get("/mailbox/mailbox.js");
    expect(script.headers.get("content-type")).toContain("javascript");
    expect(await script.text()).not.toMatch(/\binterface\b|: Mail\b/);
    expect((await get("/mailbox/mailbox.css")).headers.get("content-type")).toContain("text/css");
    expect((await get("/mailbox/../start.ts")).status).toBe(404);
  });
});

async function startBehind(): Promise<Behind> {
  const asked: Behind["asked"] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/_ministack/ses/messages") return void response.end(JSON.stringify(state.mails));
    const body = await readBody(request).catch(() => undefined);
    if (body === undefined) return; // cut off on the way
    asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    response.writeHead(201, { "set-cookie": ["s=1; HttpOnly", "t=2"] }).end("{}");
  });
  const sockets = new WebSocketServer({ noServer: true });
  const state: Behind = { server, asked, mails: { messages: {} }, refuseUpgrade: false };
  server.on("upgrade", (request, socket, head) => {
    if (state.refuseUpgrade) return void socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on("message", (data) => ws.send(`${request.url} ${data}`));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return state;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}

const portOf = (server: Server) => (server.address() as { port: number }).port; // it listens on TCP

/** The path as it stands, which `fetch` would tidy first. */
const rawGet = (path: string, host = `127.0.0.1:${origin.port}`, more = ""): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(origin.port, "127.0.0.1", () =>
      socket.end(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${more}connection: close\r\n\r\n`),
    );
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });

const postChunked = (path: string, body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const sending = request(`${origin.url}${path}`, { method: "POST" }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sending.on("error", reject);
    sending.write(body.subarray(0, body.length >> 1));
    sending.end(body.subarray(body.length >> 1));
  });

const openSocket = (path: string, headers: Record<string, string> = {}): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.url.replace("http", "ws")}${path}`, { headers });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
