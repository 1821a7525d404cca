import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { lastLines, plainEnvironment } from "../processes/commands.ts";
import { ended, isAlive, markProcess, type ProcessMark, stopGroup } from "../processes/processes.ts";
import type { Folders } from "../setup/folders.ts";
import { HOST, isFree } from "../setup/ports.ts";
import { StartError } from "../setup/start-error.ts";
import { pythonOf } from "./python.ts";

export interface Emulator {
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly gone: Promise<void>;
  stop(): Promise<void>;
}

/** It writes its state when it ends, and only then: killing it earlier than this loses data. */
const SAVE_GRACE_MS = 30_000;
const START_LIMIT_MS = 30_000;
const Mark = z.object({ pid: z.int(), born: z.string() });

export async function startEmulator(folders: Folders, port: number, signal?: AbortSignal): Promise<Emulator> {
  const endpoint = `http://${HOST}:${port}`;
  // Whatever listens there would answer in its place, and be taken for it.
  if (!(await isFree(port))) throw new StartError(`Port ${port} is in use.`);
  const log = join(folders.logs, "emulator.log");
  const temporary = join(folders.emulator, "tmp");
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  // Lambdas are unpacked there. Without this they would be modules of the type that this checkout's package.json names.
  await writeFile(join(temporary, "package.json"), "{}");
  const output = openSync(log, "w", 0o600);
  const child = spawn(pythonOf(folders.venv), ["-m", "ministack"], {
    cwd: folders.emulator,
    env: { ...plainEnvironment(), ...settings(folders, port, endpoint), TMPDIR: temporary },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const gone = ended(child).then(() => undefined);
  const mark = child.pid === undefined ? undefined : await markProcess(child.pid);
  if (!mark) throw new StartError("The AWS emulator did not start.", { hint: await lastLines(log) });
  await writeFile(markPath(folders), JSON.stringify(mark), { mode: 0o600 });
  const stop = async () => {
    await stopGroup(mark, SAVE_GRACE_MS);
    await rm(markPath(folders), { force: true });
  };
  try {
    await waitUntilReady(endpoint, mark, signal);
  } catch (error) {
    await stop();
    throw error instanceof StartError ? new StartError(error.message, { hint: await lastLines(log) }) : error;
  }
  return { endpoint, pid: mark.pid, gone, stop };
}

/** The emulator of a run that was killed still has that run's data in memory: asked to end, it writes them. */
export async function stopLeftEmulator(folders: Folders): Promise<boolean> {
  const text = await readFile(markPath(folders), "utf8").catch(() => undefined);
  if (text === undefined) return false;
  const mark: ProcessMark | undefined = Mark.safeParse(parse(text)).data;
  const runs = mark !== undefined && (await isAlive(mark));
  if (mark) await stopGroup(mark, SAVE_GRACE_MS);
  await rm(markPath(folders), { force: true });
  return runs;
}

const markPath = (folders: Folders) => join(folders.emulator, "process.json");

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function settings(folders: Folders, port: number, endpoint: string): Record<string, string> {
  return {
    BIND_HOST: HOST,
    GATEWAY_PORT: String(port),
    AUTH: "true", // IAM is enforced, always
    PERSIST_STATE: "1",
    S3_PERSIST: "1",
    STATE_DIR: join(folders.emulator, "state"),
    S3_DATA_DIR: join(folders.emulator, "s3"),
    AWS_ENDPOINT_URL: endpoint, // what Lambdas are given
    SFTP_ENABLED: "0",
    IOT_MTLS_ENABLED: "0",
    LAMBDA_WARM_TTL_SECONDS: "120", // each idle Lambda holds 40 MB
    DOCKER_HOST: `tcp://${HOST}:1`, // Lambdas and tasks run as processes even where an engine answers
  };
}

async function waitUntilReady(endpoint: string, mark: ProcessMark, signal?: AbortSignal): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(25)) {
    signal?.throwIfAborted();
    if (!(await isAlive(mark))) throw new StartError("The AWS emulator ended while it started.");
    const response = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new StartError("The AWS emulator did not answer within 30 seconds.");
}
