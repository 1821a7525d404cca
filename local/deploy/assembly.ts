import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
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
  readonly assemblies: string;
  readonly origin: string;
  readonly endpoint: string;
  readonly image: string; // sha256:… of the agent as built here; a launch statement names it
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
}

const SOURCES = ["bin", "lib", "lambdas", "shared", "cdk.json", "package.json", "package-lock.json"];

/** As many as there are stacks of ports in use beside each other, and one to go back to. */
const KEPT = 6;

/** Where the product answers goes into the templates: into mails, cookies, tokens and task definitions. */
export async function ensureAssembly(synthesis: Synthesis): Promise<Assembly> {
  const { root, assemblies, origin, endpoint, image } = synthesis;
  const context = { stage: "local", origin, endpoint, imageDigest: image };
  const digest = await digestOf(root, SOURCES, Object.values(context));
  const folder = join(assemblies, digest.slice(0, 16));
  const isKept = existsSync(join(folder, "manifest.json"));
  if (!isKept) await synthesise(synthesis, folder, context);
  await utimes(folder, new Date(), new Date());
  await dropOld(assemblies);
  return { folder, hash: await hashAssembly(folder), fresh: !isKept };
}

/** Made beside its place and moved there when whole. Another start may have been quicker: theirs is the same. */
async function synthesise(synthesis: Synthesis, folder: string, context: Record<string, string>): Promise<void> {
  const { root, assemblies, endpoint, log, signal } = synthesis;
  await mkdir(assemblies, { recursive: true });
  const making = await mkdtemp(join(assemblies, "making-"));
  try {
    await runCommand({
      what: "Synthesising the CDK app",
      argv: [...cdk(root), "synth", "--quiet", "--output", making, ...contextFlags(context)],
      cwd: root,
      env: { ...awsEnvironment(endpoint), ...QUIET },
      log,
      signal,
    });
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(join(folder, "manifest.json"))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function dropOld(assemblies: string): Promise<void> {
  const names = (await readdir(assemblies)).filter((name) => !name.startsWith("making-"));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(assemblies, name))).mtimeMs })),
  );
  for (const { name } of dated.sort((a, b) => b.usedAt - a.usedAt).slice(KEPT))
    await rm(join(assemblies, name), { recursive: true, force: true });
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
