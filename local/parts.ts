import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Assembly, ensureAssembly } from "./deploy/assembly.ts";
import { BUILDS, ensureBuilt, imageDigestOf } from "./deploy/builds.ts";
import type { Outputs } from "./deploy/outputs.ts";
import type { Clients } from "./emulator/clients.ts";
import { startEmulator } from "./emulator/emulator.ts";
import { ensureVenv } from "./emulator/python.ts";
import type { StartOptions } from "./options.ts";
import { listenOrigin, type Origin } from "./proxy/origin.ts";
import type { Closers } from "./setup/closers.ts";
import type { Folders } from "./setup/folders.ts";
import { findFreePort, HOST, portsFrom, recallPorts, rememberPorts } from "./setup/ports.ts";
import type { Progress } from "./setup/progress.ts";
import { StartError } from "./setup/start-error.ts";
import type { TaskRunner } from "./task-runner/runner.ts";
import { startTasks } from "./task-runner/start-tasks.ts";
import { fillWarmPool } from "./warm-pool.ts";

/** One start, as its parts see it. */
export interface Run {
  readonly options: StartOptions;
  readonly folders: Folders;
  readonly progress: Progress;
  readonly open: Closers;
  readonly signal: AbortSignal;
}

/** How long agents are given at the end to seal what they hold. */
const GOODBYE_MS = 10_000;
const WARM_LIMIT_MS = 3000;
const REFILL_MS = 60_000; // as in AWS, where a rule asks once a minute
const never = new Promise<void>(() => {});

/** The port is held from the first moment on, so that nothing else can take it while the rest starts. */
export async function openOrigin({ options, folders, progress, open }: Run): Promise<Origin> {
  const { origin: before } = await recallPorts(folders.state);
  if (options.port !== undefined) {
    const origin = await listenOrigin(options.port).catch((cause: unknown) => refusePort(options.port, cause));
    open.add(origin.close);
    return origin;
  }
  const wanted = before ?? options.firstPort;
  const origin = await listenOrigin(await findFreePort(portsFrom(options.firstPort, before)));
  open.add(origin.close);
  if (origin.port !== wanted) progress.say(`Port ${wanted} is taken; using ${origin.port}`);
  return origin;
}

function refusePort(port: number | undefined, cause: unknown): never {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code !== "EADDRINUSE" && code !== "EACCES") throw cause;
  const why = code === "EACCES" ? "may not be used by you" : "is in use";
  throw new StartError(`Port ${port} ${why}.`, {
    hint: "Choose another with --port, or leave it out for any free one.",
  });
}

interface ChosenEmulator {
  readonly endpoint: string;
  readonly isGiven: boolean; // not started by us, nor ended
  /** `gone` resolves when it ends. */
  start(): Promise<{ gone: Promise<void> }>;
}

/** Its address is known before it answers, so that templates can name it while it starts. */
export async function chooseEmulator(run: Run, origin: Pick<Origin, "port">): Promise<ChosenEmulator> {
  const { options, folders, progress, open, signal } = run;
  if (options.endpoint !== undefined) {
    const { endpoint } = options;
    await rememberPorts(folders.state, { origin: origin.port });
    return { endpoint, isGiven: true, start: () => checkAnswers(endpoint).then(() => ({ gone: never })) };
  }
  const { emulator: before } = await recallPorts(folders.state);
  const port = await findFreePort(portsFrom(origin.port + 1, before));
  await rememberPorts(folders.state, { origin: origin.port, emulator: port });
  const start = async () => {
    await installEmulator(run);
    const emulator = await progress.step(`AWS emulator on port ${port}, IAM enforced`, () =>
      startEmulator(folders, port, signal),
    );
    open.add(emulator.stop);
    return emulator;
  };
  return { endpoint: `http://${HOST}:${port}`, isGiven: false, start };
}

async function installEmulator({ options, folders, progress, signal }: Run): Promise<void> {
  const from = performance.now();
  const log = join(folders.logs, "install.log");
  const done = await ensureVenv({ root: options.root, venv: folders.venv, log, signal });
  if (done === "installed") progress.say(`AWS emulator installed (${since(from)})`);
}

async function checkAnswers(endpoint: string): Promise<void> {
  await fetch(endpoint).catch(() => {
    throw new StartError(`Nothing answers at ${endpoint}.`, {
      hint: "Start that emulator first, or leave out --endpoint.",
    });
  });
}

/** Says something only when there was something to do. */
export async function build(run: Run, name: keyof typeof BUILDS, done: string): Promise<void> {
  const from = performance.now();
  const log = join(run.folders.logs, `build-${name}.log`);
  const result = await ensureBuilt(run.options.root, BUILDS[name], { log, signal: run.signal });
  if (result === "built") run.progress.say(`${done} (${since(from)})`);
}

export async function synthesise(run: Run, origin: string, endpoint: string): Promise<Assembly> {
  const from = performance.now();
  const { root } = run.options;
  const log = join(run.folders.logs, "synth.log");
  const image = await imageDigestOf(root);
  const { assemblies } = run.folders;
  const assembly = await ensureAssembly({ root, assemblies, origin, endpoint, image, log, signal: run.signal });
  if (assembly.fresh) run.progress.say(`CDK app synthesised (${since(from)})`);
  return assembly;
}

export async function startAgents(run: Run, clients: Clients, outputs: Outputs): Promise<TaskRunner> {
  const { options, folders, progress, open } = run;
  const runner = await startTasks(options.root, folders, clients, outputs, progress.say);
  runner.start();
  open.add(() => runner.stop(GOODBYE_MS));
  if (options.warm === 0) return runner;
  const fill = () => fillWarmPool(clients.lambda, outputs.WarmPoolFunctionName, options.warm);
  const timer = setInterval(() => void fill().catch(() => undefined), REFILL_MS); // what fails now is tried again
  open.add(async () => clearInterval(timer));
  const filled = fill().then(
    () => progress.say(`Warm: ${options.warm === 1 ? "one task starts" : `${options.warm} tasks start`} ahead of need`),
    (error: unknown) => progress.say(`No task could be started ahead of need. ${String(error)}`),
  );
  // The tasks' OpenClaw boots on while a person opens the page; only the asking is waited for, and not long.
  await Promise.race([filled, sleep(WARM_LIMIT_MS, undefined, { ref: false })]);
  return runner;
}

const since = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;
