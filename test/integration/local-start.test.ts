import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { markProcess } from "../../local/processes/processes.ts";

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
});

interface Entry {
  readonly process?: { readonly pid: number };
}

const readLedger = async (): Promise<Entry[]> =>
  JSON.parse(await readFile(join(FOLDER, "tasks", "ledger.json"), "utf8").catch(() => "[]"));

/** Until it says that it is ready, or ends. */
async function startAtTerminal(flags: readonly string[]): Promise<Terminal> {
  const argv = ["local/start.ts", "--state-dir", FOLDER, "--no-open", ...flags];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const started: Terminal = { child, text: "" };
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      started.text += chunk;
    });
  while (child.exitCode === null && !/^Ready: /m.test(started.text)) await sleep(50);
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
