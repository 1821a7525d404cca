import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../processes/commands.ts";
import { inTurn } from "../setup/lock.ts";
import { digestOf } from "./digest.ts";

/** What is built before it can run here, and which files it is built from. */
interface Build {
  readonly name: string;
  readonly what: string;
  readonly folder: string;
  readonly result: string;
  readonly sources: readonly string[];
  /** Is there while packages that the build finishes were installed anew. */
  readonly pending?: string;
}

export const BUILDS = {
  agent: {
    name: "agent",
    what: "Building the agent's supervisor",
    folder: "agent",
    result: "agent/dist/supervisor.mjs",
    sources: ["agent", "shared", "package-lock.json"],
    pending: "node_modules/openclaw/.openclaw-lifecycle-pending",
  },
  frontend: {
    name: "frontend",
    what: "Building the web app",
    folder: "frontend",
    result: "frontend/dist/index.html",
    sources: ["frontend", "shared", "package-lock.json"],
  },
} as const satisfies Record<string, Build>;

interface BuildOptions {
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds when the result is missing or was made from other files. The mark is beside the result, for all to share; of two that want it
 * at once, one waits.
 */
export const ensureBuilt = (root: string, build: Build, options: BuildOptions): Promise<"kept" | "built"> =>
  inTurn(join(root, ".local", `building-${build.name}`), options.signal, () => buildIfOld(root, build, options));

async function buildIfOld(root: string, build: Build, options: BuildOptions): Promise<"kept" | "built"> {
  const mark = join(root, ".local", `built-${build.name}`);
  const digest = await digestOf(root, build.sources);
  const isThere = existsSync(join(root, build.result)) && !(build.pending && existsSync(join(root, build.pending)));
  if (isThere && (await readFile(mark, "utf8").catch(() => "")) === digest) return "kept";
  const argv = [process.execPath, "--run", "build"] as const;
  await runCommand({ what: build.what, argv: [...argv], cwd: join(root, build.folder), ...options });
  await writeFile(mark, digest);
  return "built";
}

/** Names the agent's program as an image registry would name its image. */
export const imageDigestOf = async (root: string): Promise<string> => `sha256:${await digestOf(root, ["agent/dist"])}`;
