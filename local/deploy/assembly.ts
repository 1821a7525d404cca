import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { awsEnvironment } from "../emulator/clients.ts";
import { runCommand } from "../processes/commands.ts";
import { digestOf } from "./digest.ts";

/** The CDK app turned into templates and assets, and one hash that changes when any of them does. */
export interface Assembly {
  readonly folder: string;
  readonly hash: string;
  readonly fresh: boolean; // made now, not kept from an earlier run
}

export interface Synthesis {
  readonly root: string;
  readonly folder: string;
  readonly origin: string;
  readonly endpoint: string;
  readonly image: string; // sha256:… of the agent as built here; a launch statement names it
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
}

const SOURCES = ["bin", "lib", "lambdas", "shared", "cdk.json", "package.json", "package-lock.json"];

/** Where the product answers goes into the templates: into mails, cookies, tokens and task definitions. */
export async function ensureAssembly(synthesis: Synthesis): Promise<Assembly> {
  const { root, folder, origin, endpoint, image, log, signal } = synthesis;
  const context = { stage: "local", origin, endpoint, imageDigest: image };
  const digest = await digestOf(root, SOURCES, Object.values(context));
  const mark = join(folder, ".sources");
  const kept = existsSync(join(folder, "manifest.json")) && (await readFile(mark, "utf8").catch(() => "")) === digest;
  if (!kept) {
    const making = `${folder}.making`; // moved into place when whole
    await rm(making, { recursive: true, force: true });
    await runCommand({
      what: "Synthesising the CDK app",
      argv: [...cdk(root), "synth", "--quiet", "--output", making, ...contextFlags(context)],
      cwd: root,
      env: { ...awsEnvironment(endpoint), ...QUIET },
      log,
      signal,
    });
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
    await writeFile(mark, digest);
  }
  return { folder, hash: await hashAssembly(folder), fresh: !kept };
}

export const QUIET = { CI: "1", CDK_DISABLE_VERSION_CHECK: "1", CDK_DISABLE_CLI_TELEMETRY: "true" } as const;

export const cdk = (root: string): readonly [string, string] => [
  process.execPath,
  join(root, "node_modules", "aws-cdk", "bin", "cdk"),
];

const contextFlags = (context: Record<string, string>) =>
  Object.entries(context).flatMap(([key, value]) => ["--context", `${key}=${value}`]);

/** Templates name their assets by content, so the templates say it all. */
async function hashAssembly(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".template.json")).sort();
  for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest("hex");
}
