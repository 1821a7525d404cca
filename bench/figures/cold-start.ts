import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { contracts } from "#shared/contracts/index.ts";
import { httpEvent } from "#test/support/http-event.ts";
import { BUNDLING, STAND_INS } from "../../lib/bundling.ts";
import type { Bench, Figure } from "../figure.ts";

/**
 * P2: what a cold function costs. Each measure is a new Node that loads a bundle and has it read one row; the table is a loopback
 * server that finds nothing. Counted is the CPU time from before the load until the answer; Node's own start is nobody's.
 */
const PEER = "bench/cold/bare-sdk.ts";
const PROBE = "bench/cold/probe.cjs";

async function prepareCold(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "ocmt-bench-cold-"));
  const table = await startTable();
  const [largest = ""] = await bundlesBySize(folder);
  if (!largest.endsWith("/tasks.cjs"))
    throw new Error(`${largest} is the largest now; say which of its routes reads first`);
  const peer = await bundle(PEER, join(folder, "peer"));
  const measure = async (code: string) => coldMillis(code, table.port);
  await measure(largest);
  await measure(peer);
  return {
    measureOurs: () => measure(largest),
    measurePeer: () => measure(peer),
    async end() {
      await table.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function prepareSize(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "ocmt-bench-size-"));
  const [largest = ""] = await bundlesBySize(folder);
  const peer = await bundle(PEER, join(folder, "peer"));
  const kilobytes = async (path: string) => (await stat(path)).size / 1024;
  return {
    measureOurs: () => kilobytes(largest),
    measurePeer: () => kilobytes(peer),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

async function bundlesBySize(folder: string): Promise<string[]> {
  const paths = await Promise.all(
    Object.keys(contracts).map((domain) => bundle(`lambdas/${domain}/api.ts`, join(folder, domain))),
  );
  const sized = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })));
  return sized.sort((a, b) => b.size - a.size).map(({ path }) => path);
}

/** As the stacks bundle it; the peer gets the same treatment. */
async function bundle(entry: string, name: string): Promise<string> {
  const outfile = `${name}.cjs`;
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: BUNDLING.target,
    minify: BUNDLING.minify,
    mainFields: BUNDLING.mainFields,
    alias: STAND_INS,
    logLevel: "silent",
  });
  return outfile;
}

function coldMillis(code: string, port: number): number {
  const { stdout, stderr } = spawnSync(process.execPath, [PROBE, code, JSON.stringify(EXCHANGE)], {
    encoding: "utf8",
    env: { ...LAMBDA_ENV, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
  });
  const told = /cold (\d+(?:\.\d+)?) reads (\d+)/.exec(stdout);
  if (!told || told[2] === "0") throw new Error(`${code} read nothing\n${stdout}${stderr}`.slice(0, 2000));
  return Number(told[1]);
}

/** A well-formed request whose ticket is looked up, and not found. */
const EXCHANGE = httpEvent("POST /v1/tasks/exchange", {
  body: { ticket: "A".repeat(43), bootSignPub: "AAAA", bootKemPub: "AAAA" },
});

const LAMBDA_ENV = {
  ...{ AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench", STAGE: "local" },
  ...{ TABLE_NAME: "tenants", DIRECTORY_NAME: "directory", STATE_BUCKET: "state", ORIGIN: "http://127.0.0.1" },
  ...{ TENANT_ROLE_ARN: "arn:aws:iam::000000000000:role/tenant", USER_POOL_ID: "us-east-1_bench" },
  ...{ USER_POOL_CLIENT_ID: "bench", TOKEN_KEY_ID: "bench", LAUNCH_KEY_ID: "bench", MAIL_FROM: "a@b.example" },
  ...{ LIFECYCLE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:l", CLUSTER_ARN: "c" },
  RELAY_MANAGEMENT_URL: "http://127.0.0.1:9",
};

/** A table that finds nothing, in a thread of its own: the probe is waited for without turning this thread's loop. */
async function startTable(): Promise<{ port: number; close: () => Promise<number> }> {
  const free = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => free.once("listening", resolve));
  const { port } = free.address() as AddressInfo; // it listens on TCP
  await new Promise((resolve) => free.close(resolve));
  const worker = new Worker(
    `require("node:http").createServer((q, s) => { q.resume(); q.on("end", () => { s.setHeader("content-type", "application/x-amz-json-1.0"); s.end("{}"); }); })
      .listen(${port}, "127.0.0.1", () => require("node:worker_threads").parentPort.postMessage("up"));`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once("message", resolve));
  return { port, close: () => worker.terminate() };
}

export const coldStart: readonly Figure[] = [
  {
    id: "P2.cold",
    what: "cold load of our largest function and its first read",
    peer: "the bare SDK, bundled alike, and the same read",
    unit: "ms CPU",
    target: { atMost: 1 },
    pairs: 15,
    prepare: prepareCold,
  },
  {
    id: "P2.size",
    what: "our largest HTTP function's bundle",
    peer: "the bare SDK, bundled alike",
    unit: "KB",
    target: { oursAtMost: 500 },
    pairs: 1,
    prepare: prepareSize,
  },
];
