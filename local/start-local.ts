import { join } from "node:path";
import type { Outputs } from "./deploy/outputs.ts";
import { deployProduct } from "./deploy/product.ts";
import { connect } from "./emulator/clients.ts";
import { stopLeftEmulator } from "./emulator/emulator.ts";
import { DEFAULTS, type StartOptions } from "./options.ts";
import { build, chooseEmulator, openOrigin, type Run, startAgents, synthesise } from "./parts.ts";
import type { Origin } from "./proxy/origin.ts";
import { checkMachine } from "./setup/checks.ts";
import { closers } from "./setup/closers.ts";
import { eraseData, type Folders, foldersOf, makeFolders } from "./setup/folders.ts";
import { type Lock, takeLock } from "./setup/lock.ts";
import { type Progress, silent } from "./setup/progress.ts";
import { stopLeftTasks } from "./task-runner/start-tasks.ts";

/** The running product: `url` is the origin a browser opens, `endpoint` the AWS emulator behind it. */
export interface LocalProduct {
  readonly url: string;
  readonly endpoint: string;
  readonly outputs: Outputs;
  readonly folders: Folders;
  /** Resolves when the emulator has ended, asked to or not: nothing works after that. */
  readonly lost: Promise<void>;
  /** Ends what was started, in order, and leaves the data. `hurry` cuts short what agents are given to say goodbye. */
  stop(options?: { hurry?: boolean }): Promise<void>;
}

/** Starts the whole product, or nothing: what had been started when it failed is stopped again. */
export async function startLocal(
  given: Partial<StartOptions> = {},
  { progress = silent, signal = AbortSignal.any([]) }: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<LocalProduct> {
  const options = { ...DEFAULTS, ...given };
  checkMachine(options.root);
  const folders = foldersOf(options.root, options.stateDir);
  await makeFolders(folders);
  const lock = await takeLock(folders.state);
  const failed = new AbortController();
  const open = closers();
  open.add(lock.release);
  const run = { options, folders, progress, open, signal: AbortSignal.any([signal, failed.signal]) };
  try {
    await clearLeftovers(run, lock);
    return await startBehind(run, lock, await openOrigin(run));
  } catch (error) {
    failed.abort();
    await open.closeAll();
    throw error;
  }
}

async function clearLeftovers({ options, folders, progress }: Run, lock: Lock): Promise<void> {
  const tasks = await stopLeftTasks(folders);
  const emulator = await stopLeftEmulator(folders);
  if (lock.wasLeftBehind) {
    const ended = [emulator ? "its emulator" : "", tasks > 0 ? `${tasks} of its tasks` : ""]
      .filter(Boolean)
      .join(" and ");
    progress.say(`An earlier run was cut off; put it away${ended ? ` and ended ${ended}` : ""}`);
  }
  if (options.reset) await eraseData(folders);
  await makeFolders(folders);
}

/** Everything that can overlap does: builds and synthesis beside the emulator, agents beside the last of the web app. */
async function startBehind(run: Run, lock: Lock, origin: Origin): Promise<LocalProduct> {
  const { options, folders, progress, open, signal } = run;
  const { root } = options;
  const web = build(run, "frontend", "Web app built");
  web.catch(() => {}); // awaited below; until then a failure is nobody's
  const { endpoint, isGiven, start } = await chooseEmulator(run, origin);
  const assembly = build(run, "agent", "Agent built").then(() => synthesise(run, origin.url, endpoint));
  assembly.catch(() => {});
  const { gone: lost } = await start();
  const clients = connect(endpoint);
  const emulated = { endpoint, isGiven, lambda: clients.lambda };
  const outputs = await deployProduct({ root, folders, signal, progress, ...emulated }, assembly);
  const { HttpApiId: httpApiId, RelayApiId: relayApiId, RelayStage: relayStage } = outputs;
  const objects = `${endpoint}/${outputs.StateBucket}/`;
  origin.open({ endpoint, httpApiId, relayApiId, relayStage, webRoot: join(root, "frontend", "dist"), objects });
  const agents = await startAgents(run, clients, outputs);
  await web;
  await lock.announce(origin.url);
  const stop: LocalProduct["stop"] = async ({ hurry = false } = {}) => {
    if (hurry) void agents.stop(0);
    await open.closeAll();
  };
  return { url: origin.url, endpoint, outputs, folders, lost, stop };
}
