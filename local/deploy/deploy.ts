import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetFunctionCommand, type LambdaClient, TagResourceCommand } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { ACCOUNT, awsEnvironment, REGION } from "../emulator/clients.ts";
import { runCommand } from "../processes/commands.ts";
import type { Folders } from "../setup/folders.ts";
import { type Assembly, cdk, QUIET } from "./assembly.ts";
import { Outputs, readOutputs } from "./outputs.ts";

const Deployed = z.object({ assembly: z.string(), endpoint: z.string(), outputs: Outputs });
type Deployed = z.infer<typeof Deployed>;

/** Stands on the warm-pool function and so dies with the emulator's data, whatever our own file says. */
const TAG = "ocmt:assembly";

/** What the emulator holds, if it is exactly this assembly. */
export async function findDeployed(
  folders: Folders,
  assembly: Assembly,
  endpoint: string,
  lambda: LambdaClient,
): Promise<Outputs | undefined> {
  const file = await readDeployed(folders);
  if (!file || file.assembly !== assembly.hash || file.endpoint !== endpoint) return undefined;
  const name = file.outputs.WarmPoolFunctionName;
  const held = await lambda.send(new GetFunctionCommand({ FunctionName: name })).catch(() => undefined);
  return held?.Tags?.[TAG] === assembly.hash ? file.outputs : undefined;
}

export interface Place {
  readonly root: string;
  readonly folders: Folders;
  readonly endpoint: string;
  readonly signal?: AbortSignal | undefined;
}

/** Needs no assembly, so it can run while one is made: from a folder without cdk.json, or it would synthesise. */
export async function bootstrap({ root, folders, endpoint, signal }: Place): Promise<void> {
  await runCommand({
    what: "Bootstrapping the CDK",
    argv: [...cdk(root), "bootstrap", `aws://${ACCOUNT}/${REGION}`],
    cwd: folders.emulator,
    env: { ...awsEnvironment(endpoint), ...QUIET },
    log: join(folders.logs, "bootstrap.log"),
    signal,
  });
}

export async function deploy(place: Place, assembly: Assembly, lambda: LambdaClient): Promise<Outputs> {
  const { root, folders, endpoint, signal } = place;
  const file = join(folders.emulator, "outputs.json");
  const flags = ["--require-approval", "never", "--concurrency", "4", "--progress", "events", "--outputs-file", file];
  await runCommand({
    what: "Deploying the CDK app",
    argv: [...cdk(root), "deploy", "--all", "--app", assembly.folder, ...flags],
    cwd: folders.emulator,
    env: { ...awsEnvironment(endpoint), ...QUIET },
    log: join(folders.logs, "deploy.log"),
    signal,
  });
  const outputs = readOutputs(await readFile(file, "utf8"));
  await markDeployed(lambda, outputs, assembly.hash);
  const deployed: Deployed = { assembly: assembly.hash, endpoint, outputs };
  await writeFile(deployedPath(folders), JSON.stringify(deployed, undefined, 2), { mode: 0o600 });
  return outputs;
}

async function markDeployed(lambda: LambdaClient, outputs: Outputs, hash: string): Promise<void> {
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: outputs.WarmPoolFunctionName }));
  await lambda.send(new TagResourceCommand({ Resource: Configuration?.FunctionArn, Tags: { [TAG]: hash } }));
}

const deployedPath = (folders: Folders) => join(folders.state, "deployed.json");

async function readDeployed(folders: Folders): Promise<Deployed | undefined> {
  try {
    return Deployed.parse(JSON.parse(await readFile(deployedPath(folders), "utf8")));
  } catch {
    return undefined; // absent, half written or of another version: deploy again
  }
}
