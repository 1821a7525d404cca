import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Person } from "#test/support/person.ts";
import { asOperator } from "#test/support/platform-view.ts";
import { Visitor } from "#test/support/visitor.ts";
import { startEmulator } from "../../local/emulator/emulator.ts";
import { ROOT } from "../../local/options.ts";
import { markProcess } from "../../local/processes/processes.ts";
import { foldersOf, makeFolders } from "../../local/setup/folders.ts";
import { recallPorts } from "../../local/setup/ports.ts";

/** `npm start` as a person meets it: a program at a terminal, in a state folder of its own. */
const FOLDER = resolve(".local-test", "start");

interface Terminal {
  readonly child: ChildProcess;
  text: string;
}

let terminal: Terminal;

beforeAll(async () => {
  terminal = await startAtTerminal(["--reset"]);
});
afterAll(async () => {
  await stopAtTerminal(terminal);
});

describe("npm start", () => {
  it("ends with the address, which serves the web app, the API and the keys of its tokens", async () => {
    const url = readUrl(terminal);
    expect(
      terminal.text
        .trimEnd()
        .split("\n")
        .filter(Boolean)
        .some((line) => line === `Ready: ${url}`),
    ).toBe(true);
    expect(await (await fetch(url)).text()).toContain("<html");
    expect((await fetch(`${url}/v1/me`)).status).toBe(401);
    const jwks = await (await fetch(`${url}/.well-known/jwks.json`)).json();
    expect(jwks.keys).toHaveLength(1);
  });

  it("is refused a second time, with the address of the first", async () => {
    const second = await startAtTerminal([]);
    expect(second.child.exitCode).toBe(1);
    expect(second.text).toContain(`Already running on ${readUrl(terminal)}`);
  });

  it("has one agent's task running before anybody asks", async () => {
    const [entry] = await vi.waitUntil(async () => {
      const entries = await readLedger();
      return entries.length > 0 && entries;
    }, 20_000);
    expect(await markProcess(entry?.process?.pid ?? 0)).toBeDefined();
  });

  it("goes on with its data after Ctrl-C, and deploys nothing anew", async () => {
    const url = readUrl(terminal);
    const before = await (await fetch(`${url}/.well-known/jwks.json`)).text();
    const deployedAt = (await stat(join(FOLDER, "deployed.json"))).mtimeMs;
    const tasks = await readLedger();
    await stopAtTerminal(terminal);
    expect(terminal.child.exitCode).toBe(0);
    expect(terminal.text).toContain("Stopped.");
    for (const { process } of tasks) expect(await markProcess(process?.pid ?? 0)).toBeUndefined();
    terminal = await startAtTerminal([]);
    expect(readUrl(terminal)).toBe(url);
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).text()).toBe(before);
    expect((await stat(join(FOLDER, "deployed.json"))).mtimeMs).toBe(deployedAt);
  });

  it("goes on after it was killed, and leaves no process of the killed run behind", async () => {
    const url = readUrl(terminal);
    const before = await (await fetch(`${url}/.well-known/jwks.json`)).text();
    const tasks = await vi.waitUntil(async () => {
      const entries = await readLedger();
      return entries.some((entry) => entry.process) && entries;
    }, 20_000);
    terminal.child.kill("SIGKILL");
    await once(terminal.child, "exit");
    terminal = await startAtTerminal([]);
    expect(terminal.text).toContain("An earlier run was cut off");
    expect(readUrl(terminal)).toBe(url);
    expect(await (await fetch(`${url}/.well-known/jwks.json`)).text()).toBe(before);
    for (const { process } of tasks) expect(await markProcess(process?.pid ?? 0)).toBeUndefined();
  });

  it("takes up again an agent that ran at Ctrl-C, without a word of a failure", async () => {
    const person = new Person({ url: readUrl(terminal), endpoint: await readEndpoint() });
    await person.settle("seven quiet otters cross the frozen lake");
    const { id: agentId } = await person.deploy();
    await person.untilAgent(agentId, "running");
    await stopAtTerminal(terminal);
    terminal = await startAtTerminal([]);
    const agent = await vi.waitUntil(async () => {
      const found = await person.api.agents.get({ agentId });
      return found.generation === 2 && found;
    }, 60_000);
    expect(agent.restarts).toBe(0);
    const { items } = await person.api.agents.listEvents({ agentId, limit: 100 });
    const told = items.map(({ event }) => event);
    expect(told).toContain("agent.replaced");
    expect(told).not.toContain("agent.task_lost");
    await person.retire();
  }, 300_000);

  it("runs on an emulator that was started apart, with --endpoint, and leaves it running", async () => {
    await stopAtTerminal(terminal);
    const apart = foldersOf(ROOT, resolve(".local-test", "start-apart"));
    await makeFolders(apart);
    await cp(join(FOLDER, "emulator"), apart.emulator, { recursive: true }); // it holds this assembly: to deploy takes half a minute
    const emulator = await startEmulator(apart, (await recallPorts(FOLDER)).emulator ?? 0);
    try {
      terminal = await startAtTerminal(["--warm", "0", "--endpoint", emulator.endpoint]);
      const visitor = new Visitor({ url: readUrl(terminal), endpoint: emulator.endpoint }, "apart@people.example");
      await visitor.signIn();
      expect(await visitor.createOrganisation("Apart")).toMatchObject({ name: "Apart" });
      expect(terminal.text).not.toContain("AWS emulator on port");
      await stopAtTerminal(terminal);
      expect(terminal.child.exitCode).toBe(0);
      expect((await fetch(`${emulator.endpoint}/_ministack/ready`)).status).toBe(200);
    } finally {
      await emulator.stop();
      await rm(apart.state, { recursive: true, force: true });
    }
  });

  it("begins anew with --reset, without one of the keys there were, and can be stopped before it is ready", async () => {
    terminal = await startAtTerminal([], EMULATOR_IS_UP);
    const before = await readKeys();
    expect(before.length).toBeGreaterThan(0);
    await stopAtTerminal(terminal);
    terminal = await startAtTerminal(["--reset"], EMULATOR_IS_UP);
    const after = await readKeys();
    expect(before.filter((id) => after.includes(id))).toEqual([]);
    expect(existsSync(join(FOLDER, "deployed.json"))).toBe(false);
    await stopAtTerminal(terminal);
    expect(terminal.child.exitCode).toBe(0);
    expect(terminal.text).toContain("Stopped before it was ready");
  });
});

const EMULATOR_IS_UP = /AWS emulator on port \d+, IAM enforced \(/;

/** The names of the KMS keys that the emulator of the state folder holds. */
async function readKeys(): Promise<(string | undefined)[]> {
  const { Keys = [] } = await new KMSClient(asOperator(await readEndpoint())).send(new ListKeysCommand({}));
  return Keys.map(({ KeyId }) => KeyId);
}

const readEndpoint = async (): Promise<string> => `http://127.0.0.1:${(await recallPorts(FOLDER)).emulator}`;

interface Entry {
  readonly process?: { readonly pid: number };
}

const readLedger = async (): Promise<Entry[]> =>
  JSON.parse(await readFile(join(FOLDER, "tasks", "ledger.json"), "utf8").catch(() => "[]"));

/** Until it says that it is ready, or something else, or ends. */
async function startAtTerminal(flags: readonly string[], until = /^Ready: /m): Promise<Terminal> {
  const argv = ["local/start.ts", "--state-dir", FOLDER, "--no-open", ...flags];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const started: Terminal = { child, text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      started.text += chunk;
    });
  while (child.exitCode === null && !until.test(started.text)) await sleep(50);
  return started;
}

async function stopAtTerminal({ child }: Terminal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  await once(child, "exit");
}

function readUrl({ text }: Terminal): string {
  const url = /^Ready: (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
  if (!url) throw new Error(`it is not ready:\n${text}`);
  return url;
}
