import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PORT } from "./running-product.ts";
import { standUntil } from "./standing.ts";

/** `npm start` as a person starts it: a process of its own, everything installed before. */
export interface StartedProduct {
  readonly url: string;
  readonly endpoint: string;
  readonly folder: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const PORT_OF_STARTS = PORT + 50; // beside the product that other figures share
const READY_MS = 300_000;

/** A folder for the data of one start, or of several. */
export const makeStateFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "ocmt-bench-start-"));

/** Its data stay; whoever made the folder drops it. */
export async function startProduct(folder: string, ...more: readonly string[]): Promise<StartedProduct> {
  const options = ["--port", String(PORT_OF_STARTS), "--state-dir", folder, "--no-open", ...more];
  const child = spawn(process.execPath, ["local/start.ts", ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const told: string[] = [];
  const stop = standUntil(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
  });
  const ready = Promise.withResolvers<void>();
  const timer = setTimeout(() => ready.reject(new Error("it was not ready in time")), READY_MS);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      told.push(text);
      if (/Ready: /.test(text)) ready.resolve();
    });
  child.once("exit", (code) => ready.reject(new Error(`npm start ended with ${code}\n${told.join("")}`)));
  try {
    await ready.promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const { emulator } = JSON.parse(readFileSync(join(folder, "ports.json"), "utf8")) as { emulator: number }; // local's own
  const place = { url: `http://127.0.0.1:${PORT_OF_STARTS}`, endpoint: `http://127.0.0.1:${emulator}` };
  return { ...place, folder, pid: child.pid ?? 0, stop };
}
