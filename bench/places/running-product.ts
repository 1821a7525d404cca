import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { listPool } from "#lambdas/agents/rows/task.repository.ts";
import { type Directory, dynamoDirectory } from "#platform/tables/directory.ts";
import type { Id } from "#shared/ids.ts";
import { Person, type Said } from "#test/support/person.ts";
import { CREDENTIALS, connect, REGION } from "../../local/emulator/clients.ts";
import { type LocalProduct, startLocal } from "../../local/start-local.ts";
import { fillWarmPool } from "../../local/warm-pool.ts";
import { standUntil } from "./standing.ts";

export const PORT = 18_300;
/** Longer than anything takes: a busy machine makes a figure bad, not missing. */
export const PATIENCE_MS = 300_000;

/** The whole product on this machine, beside a developer's own; figures which need it share one, which starts no task of itself. */
export interface RunningProduct extends LocalProduct {
  readonly directory: Directory;
  /** Resolves when one task waits with its OpenClaw up, and nothing else boots beside it. */
  warmOne(): Promise<void>;
}

let running: Promise<RunningProduct> | undefined;

export function useProduct(): Promise<RunningProduct> {
  running ??= start();
  return running;
}

/** When nothing more needs it, or something else is to have the machine for itself. */
export async function endProduct(): Promise<void> {
  const product = await running?.catch(() => undefined);
  running = undefined;
  await product?.stop();
}

async function start(): Promise<RunningProduct> {
  const stateDir = await mkdtemp(join(tmpdir(), "ocmt-bench-product-"));
  const product = await startLocal({ stateDir, port: PORT, open: false, warm: 0, reset: true });
  const { endpoint, outputs } = product;
  const stop = standUntil(async () => {
    await product.stop({ hurry: true });
    await rm(stateDir, { recursive: true, force: true });
  });
  const { TableName: tenants = "", DirectoryName: name = "", WarmPoolFunctionName: job } = outputs;
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  const directory = dynamoDirectory(
    DynamoDBDocumentClient.from(client),
    { tenants, directory: name },
    () => new Date(Date.now()),
  );
  const isWarm = async () => {
    for await (const { isUp } of listPool(directory, "small")) if (isUp) return true;
    return false;
  };
  return {
    ...product,
    stop,
    directory,
    async warmOne() {
      await fillWarmPool(connect(endpoint).lambda, job, 1);
      for (const until = Date.now() + PATIENCE_MS; !(await isWarm()); await sleep(500))
        if (Date.now() > until) throw new Error("no task became warm");
    },
  };
}

/** Someone with an organisation, keys and a device, who has no agent yet. */
export async function makeOwner(place: { readonly url: string; readonly endpoint: string }): Promise<Person> {
  const person = new Person(place);
  await person.settle("a passphrase of seven or more words");
  return person;
}

/** Deploys an agent and has it answer once, so that what is measured next is no first time. */
export async function deployAndGreet(person: Person): Promise<Id<"agent">> {
  const { id } = await person.deploy();
  await person.replyTo(await person.say("hello"), PATIENCE_MS);
  return id;
}

/** Takes all agents of theirs away, and the link. */
export async function leave(person: Person): Promise<void> {
  const { items } = await person.api.agents.list({});
  for (const { id: agentId } of items) await person.api.agents.remove({ agentId });
  person.link?.close();
}

/** Resolves at the first token of the reply to what is said now. */
export async function sayUntilToken(person: Person, text: string, told?: Said["conversationId"]): Promise<Said> {
  const heard = person.messages.length;
  const said = await person.say(text, told);
  await person.until(() => person.messages.slice(heard).some(isTokenOf(said)), PATIENCE_MS);
  return said;
}

/** The first of either: a short reply may come as a whole. */
const isTokenOf =
  ({ conversationId }: Said) =>
  (message: Person["messages"][number]): boolean =>
    (message.type === "chat.delta" || message.type === "chat.end") && message.conversationId === conversationId;
