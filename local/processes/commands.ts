import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { StartError } from "../setup/start-error.ts";
import { ended, signalGroup } from "./processes.ts";

export interface Command {
  readonly what: string; // "Building the web app": how its failure is named
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end with its output in a file; a failure shows the end of that file. */
export async function runCommand({ what, argv, cwd, env = {}, log, signal }: Command): Promise<void> {
  signal?.throwIfAborted();
  const output = openSync(log, "w", 0o600);
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  const stop = () => child.pid && signalGroup(child.pid, "SIGTERM");
  signal?.addEventListener("abort", stop);
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  try {
    const { code } = await Promise.race([ended(child), failed]);
    signal?.throwIfAborted();
    if (code !== 0) throw new StartError(`${what} failed.`, { hint: `${await lastLines(log)}\nAll of it: ${log}` });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

export async function lastLines(path: string, count = 15): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/**
 * What programs started here inherit: this Node first on the PATH (Lambda's runtime is the first `node` there),
 * a home, a language; no AWS settings of the person at the terminal, so that nothing can reach a real account.
 */
export function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(AWS_|CDK_|npm_|NODE_OPTIONS$)/i.test(entry[0]),
  );
  const path = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path };
}
