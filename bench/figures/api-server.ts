import { execFile } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import type { HttpResult } from "#platform/pipe/event.ts";
import { World } from "#test/support/world.ts";
import type { Bench, Figure } from "../figure.ts";
import { serveOneRoute } from "../places/one-route.ts";

/**
 * P3: our pipe behind node:http, against node:http with a route written by hand. autocannon asks from a process of its own; the CPU
 * time is this thread's.
 */
const SECONDS = 2;
const world = new World();
const { token } = world.person("member");
const handle = serveOneRoute(world);

async function answerOurs(body: string): Promise<HttpResult> {
  return handle(world.event("PUT /v1/things/{id}", { token, params: { id: "thing-1" }, body }));
}

async function answerBare(body: string): Promise<HttpResult> {
  const { name } = JSON.parse(body) as { name: string };
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id: "thing-1", name }),
  };
}

interface Load {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function loadOf(server: Server): Promise<Load> {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const before = process.threadCpuUsage();
  const { total, failed } = await fire(port);
  if (failed > 0) throw new Error(`${failed} of ${total} requests failed`);
  const { user, system } = process.threadCpuUsage(before);
  return { perSecond: total / SECONDS, cpuMicros: (user + system) / total };
}

/** autocannon in a process of its own. */
async function fire(port: number): Promise<{ readonly total: number; readonly failed: number }> {
  const url = `http://127.0.0.1:${port}/v1/things/thing-1`;
  const how = ["-m", "PUT", "-c", "16", "-d", String(SECONDS), "--json", "-H", "content-type=application/json"];
  const body = ["-b", JSON.stringify({ name: "a name of ordinary length" })];
  const { stdout } = await run(process.execPath, ["node_modules/autocannon/autocannon.js", ...how, ...body, url]);
  const { requests, non2xx, errors } = JSON.parse(stdout) as Told; // what `--json` prints
  return { total: requests.total, failed: non2xx + errors };
}

interface Told {
  readonly requests: { readonly total: number };
  readonly non2xx: number;
  readonly errors: number;
}

const run = promisify(execFile);

function listen(answer: (body: string) => Promise<HttpResult>): Promise<Server> {
  const server = createServer((request, response) => void reply(request, response, answer));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (body: string) => Promise<HttpResult>,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // a request without an encoding gives buffers
  const { statusCode = 500, headers = {}, body = "" } = await answer(Buffer.concat(parts).toString());
  response.writeHead(statusCode, headers as Record<string, string>).end(body); // ours are texts
}

const prepare = (unit: keyof Load) => async (): Promise<Bench> => {
  const [ours, bare] = await Promise.all([listen(answerOurs), listen(answerBare)]);
  const measure = async (server: Server) => {
    const write = process.stdout.write;
    process.stdout.write = () => true; // the cost of a terminal is nobody's
    try {
      return (await loadOf(server))[unit];
    } finally {
      process.stdout.write = write;
    }
  };
  await measure(ours);
  await measure(bare);
  return {
    measureOurs: () => measure(ours),
    measurePeer: () => measure(bare),
    async end() {
      ours.close();
      bare.close();
    },
  };
};

const common = {
  what: "our request pipe behind node:http",
  peer: "node:http, the route by hand",
  pairs: 11,
  note: "in process, with tables in memory: in AWS nothing of ours stands between API Gateway and a function, and the emulator's speed is not ours.",
} as const;

export const apiServer: readonly Figure[] = [
  { ...common, id: "P3.rate", unit: "requests/s", target: { atLeast: 0.5 }, prepare: prepare("perSecond") },
  { ...common, id: "P3.cpu", unit: "µs CPU a request", target: { atMost: 2 }, prepare: prepare("cpuMicros") },
];
