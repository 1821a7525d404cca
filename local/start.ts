import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseOptions, type StartOptions, USAGE } from "./options.ts";
import { startProgress } from "./setup/progress.ts";
import { StartError } from "./setup/start-error.ts";
import { type LocalProduct, startLocal } from "./start-local.ts";

/** `npm start`: the whole product on this machine, until Ctrl-C. The exit code is 0 only if it was asked to end. */

/** npm passes a Ctrl-C on that the terminal has already delivered; only a later one means "hurry". */
const SAME_PRESS_MS = 1500;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === "help") console.log(USAGE);
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`\n${error.message}${error.hint ? `\n${error.hint}` : ""}`);
  process.exitCode = 1;
}

async function run(options: StartOptions): Promise<number> {
  const progress = startProgress(process.stdout);
  const asked = listenForStop();
  try {
    const product = await startLocal(options, { progress, signal: asked.signal });
    console.log(`\nReady: ${product.url}`);
    if (options.open) openBrowser(product.url);
    const why = await Promise.race([asked.stop.then(() => "asked" as const), product.lost.then(() => "lost" as const)]);
    if (why === "lost")
      console.error(
        `\nThe AWS emulator has ended by itself. What it said: ${join(product.folders.logs, "emulator.log")}`,
      );
    await stop(product, asked.hurry);
    console.log(why === "asked" ? "Stopped. Data is kept; npm start goes on with it" : "Stopped");
    return why === "asked" ? 0 : 1;
  } catch (error) {
    if (!asked.signal.aborted) throw error;
    console.log("\nStopped before it was ready");
    return 0;
  }
}

async function stop(product: LocalProduct, hurry: Promise<void>): Promise<void> {
  console.log("\nStopping: agents, then the emulator, which writes its data");
  void hurry.then(() => product.stop({ hurry: true })).catch(() => {}); // the first stop tells of failures
  await product.stop();
}

function listenForStop() {
  const first = new AbortController();
  const second = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  let at = 0;
  for (const name of STOP_SIGNALS)
    process.on(name, () => {
      if (at === 0) {
        at = performance.now();
        stop.resolve();
        first.abort();
      } else if (performance.now() - at > SAME_PRESS_MS) second.resolve();
    });
  return { signal: first.signal, stop: stop.promise, hurry: second.promise };
}

/** Only where a person sits before a screen. */
function openBrowser(url: string): void {
  const isDesktop = process.platform === "darwin" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
  if (!process.stdout.isTTY || process.env["CI"] || !isDesktop) return;
  const opener = spawn(process.platform === "darwin" ? "open" : "xdg-open", [url], { stdio: "ignore", detached: true });
  opener.on("error", () => {}); // the address stands on the terminal
  opener.unref();
}
