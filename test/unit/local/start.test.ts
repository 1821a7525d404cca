import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOf } from "../../../local/deploy/digest.ts";
import { readOutputs } from "../../../local/deploy/outputs.ts";
import { findPython, isNewEnough } from "../../../local/emulator/python.ts";
import { DEFAULTS, parseOptions, type StartOptions, USAGE } from "../../../local/options.ts";
import { chooseEmulator, openOrigin, type Run } from "../../../local/parts.ts";
import { plainEnvironment, runCommand } from "../../../local/processes/commands.ts";
import { checkMachine } from "../../../local/setup/checks.ts";
import { closers } from "../../../local/setup/closers.ts";
import { eraseData, foldersOf, makeFolders } from "../../../local/setup/folders.ts";
import { findFreePort, portsFrom, recallPorts, rememberPorts } from "../../../local/setup/ports.ts";
import { silent, startProgress } from "../../../local/setup/progress.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocmt-local-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the command line", () => {
  it("has one warm task, a free port and a browser unless told otherwise", () => {
    expect(parseOptions([])).toEqual(DEFAULTS);
  });

  it("takes each flag", () => {
    const argv = ["--warm", "0", "--port", "4700", "--reset", "--no-open", "--endpoint", "http://localhost:4566/"];
    expect(parseOptions([...argv, "--state-dir", "/x"])).toMatchObject({
      warm: 0,
      port: 4700,
      reset: true,
      open: false,
      endpoint: "http://localhost:4566",
      stateDir: "/x",
    });
    expect(parseOptions(["--help"])).toBe("help");
  });

  it.each([
    [["--warm", "many"], /--warm takes a whole number/],
    [["--warm", "-1"], /--warm/],
    [["--warm", "1.5"], /--warm/],
    [["--port", "0"], /--port takes a whole number from 1/],
    [["--port", "70000"], /--port/],
    [["--endpoint", "localhost:4566"], /--endpoint takes a URL/],
    [["--rest"], /--rest/],
    [["start"], /start/],
  ])("refuses %j with a sentence", (argv, sentence) => {
    expect(() => parseOptions(argv)).toThrow(sentence);
  });

  it("describes every flag it takes", () => {
    for (const flag of ["warm", "reset", "port", "endpoint", "state-dir", "no-open", "help"])
      expect(USAGE).toContain(`--${flag}`);
  });
});

describe("the checks before a start", () => {
  it("refuse an old Node and name what to do", () => {
    expect(() => checkMachine(process.cwd(), "20.20.2")).toThrow(/Node 26 is needed and this is Node 20.20.2/);
    expect(() => checkMachine(folder, "26.10.0")).toThrow(/packages are not installed/);
  });

  it("refuse a machine without Python and name the command that installs it", async () => {
    await expect(findPython(["no-such-python"])).rejects.toMatchObject({
      message: expect.stringContaining("Python 3.10 or newer with venv"),
      hint: expect.stringMatching(/install|https:/),
    });
  });

  it("compare Python's versions as numbers", () => {
    expect(["3.10", "3.14", "4.0"].every(isNewEnough)).toBe(true);
    expect(["3.9", "2.7", ""].some(isNewEnough)).toBe(false);
  });
});

describe("ports", () => {
  const server = createServer();
  let taken: number;
  beforeAll(async () => {
    taken = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)); // it listens on TCP
    });
  });
  afterAll(() => server.close());

  const runOf = (options: Partial<StartOptions>, said: string[] = []): Run => ({
    options: { ...DEFAULTS, ...options },
    folders: foldersOf(folder, folder),
    progress: { ...silent, say: (line) => said.push(line) },
    open: closers(),
    signal: AbortSignal.any([]),
  });

  it("pass over one that is in use", async () => {
    const free = await findFreePort([taken]);
    expect(free).not.toBe(taken);
    expect(free).toBeGreaterThan(0);
  });

  it("asked for by name are refused when they are in use, with what to do, and otherwise moved, with a word", async () => {
    await expect(openOrigin(runOf({ port: taken }))).rejects.toMatchObject({
      message: `Port ${taken} is in use.`,
      hint: expect.stringContaining("--port"),
    });
    const said: string[] = [];
    const moved = await openOrigin(runOf({ firstPort: taken }, said));
    await moved.close();
    expect(said).toEqual([`Port ${taken} is taken; using ${moved.port}`]);
  });

  it("of an emulator that is not there are said to be silent", async () => {
    const endpoint = `http://127.0.0.1:${await findFreePort([])}`;
    const { start } = await chooseEmulator(runOf({ endpoint }), { port: 1 });
    await expect(start()).rejects.toMatchObject({ message: `Nothing answers at ${endpoint}.` });
  });

  it("of an emulator that was given are its own: it is used as it is, and left running", async () => {
    const given = createServer((socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    const port = await findFreePort([]);
    await new Promise<void>((resolve) => given.listen(port, "127.0.0.1", resolve));
    const run = runOf({ endpoint: `http://127.0.0.1:${port}` });
    const { endpoint, isGiven, start } = await chooseEmulator(run, { port: 2 });
    expect([endpoint, isGiven]).toEqual([`http://127.0.0.1:${port}`, true]);
    await start();
    await run.open.closeAll();
    expect(given.listening).toBe(true);
    expect(await recallPorts(folder)).toEqual({ origin: 2 });
    given.close();
    expect((await chooseEmulator(runOf({}), { port: 1 })).isGiven).toBe(false);
  });

  it("of the last run come first", () => {
    expect(portsFrom(4500, 4507, 3)).toEqual([4507, 4500, 4501, 4502]);
  });

  it("are remembered, and a torn file is no memory", async () => {
    await rememberPorts(folder, { origin: 1, emulator: 2 });
    expect(await recallPorts(folder)).toEqual({ origin: 1, emulator: 2 });
    await writeFile(join(folder, "ports.json"), '{"origin":');
    expect(await recallPorts(folder)).toEqual({});
  });
});

describe("--reset", () => {
  it("erases all that was kept, and nothing that the checkout has one of", async () => {
    const folders = foldersOf(folder, join(folder, "state"));
    await makeFolders(folders);
    const { emulator, tasks, logs, state, venv, assemblies } = folders;
    const kept = ["emulator", "tasks", "logs"].map((name) => join(state, name, "a"));
    for (const path of [venv, assemblies]) await mkdir(path, { recursive: true });
    for (const path of [...kept, join(state, "deployed.json")]) await writeFile(path, "x");
    await eraseData(folders);
    for (const path of [emulator, tasks, logs, join(state, "deployed.json")]) expect(existsSync(path)).toBe(false);
    for (const path of [venv, assemblies]) expect(existsSync(path)).toBe(true);
  });
});

describe("the digest of sources", () => {
  it("changes with a byte, a name, a place or a word given, and with nothing else", async () => {
    await mkdir(join(folder, "a", "dist"), { recursive: true });
    await writeFile(join(folder, "a", "x.ts"), "1");
    const digest = await digestOf(folder, ["a", "missing"], ["w"]);
    await writeFile(join(folder, "a", "dist", "built.js"), "not a source");
    expect(await digestOf(folder, ["a", "missing"], ["w"])).toBe(digest);
    expect(await digestOf(folder, ["a", "missing"], ["v"])).not.toBe(digest);
    await writeFile(join(folder, "a", "x.ts"), "2");
    expect(await digestOf(folder, ["a"], ["w"])).not.toBe(digest);
    await writeFile(join(folder, "a", "x.ts"), "1");
    await writeFile(join(folder, "a", "y.ts"), "");
    expect(await digestOf(folder, ["a"], ["w"])).not.toBe(digest);
  });
});

describe("outputs of the CDK app", () => {
  const needed = {
    HttpApiId: "a",
    RelayApiId: "b",
    RelayStage: "relay",
    ClusterName: "c",
    TaskStoppedFunctionName: "d",
    WarmPoolFunctionName: "e",
    StateBucket: "state-1",
  };
  it("are gathered from all stacks", () => {
    const { HttpApiId, ...rest } = needed;
    expect(readOutputs(JSON.stringify({ api: { HttpApiId }, relay: rest }))).toEqual(needed);
  });
  it("name the one that is missing", () => {
    expect(() => readOutputs(JSON.stringify({ api: { ...needed, RelayStage: "" } }))).toThrow(/RelayStage/);
  });
});

describe("programs that are started", () => {
  it("fail with the end of what they said", async () => {
    const log = join(folder, "x.log");
    const argv = [process.execPath, "-e", "console.error('the reason'); process.exit(3)"] as const;
    await expect(runCommand({ what: "Building", argv, cwd: folder, log })).rejects.toMatchObject({
      message: "Building failed.",
      hint: expect.stringContaining("the reason"),
    });
  });

  it("end when the start is called off", async () => {
    const stop = new AbortController();
    const argv = [process.execPath, "-e", "setInterval(() => {}, 1000)"] as const;
    const running = runCommand({ what: "x", argv, cwd: folder, log: join(folder, "x.log"), signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(running).rejects.toThrow(/aborted/);
  });

  it("never see AWS settings of the terminal, and find this Node first", async () => {
    const env = { ...process.env, AWS_PROFILE: "production", AWS_ENDPOINT_URL: "https://real", NODE_OPTIONS: "" };
    const code = `import("${join(process.cwd(), "local/processes/commands.ts")}").then(({ plainEnvironment }) => console.log(JSON.stringify(plainEnvironment())))`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { env });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => child.once("close", resolve));
    const seen = JSON.parse(text);
    expect(Object.keys(seen).filter((name) => name.startsWith("AWS_"))).toEqual([]);
    expect(plainEnvironment()["PATH"]?.split(":")[0]).toBe(join(process.execPath, ".."));
  });
});

describe("what is shown", () => {
  it("is one line a step, with the time since the start and the step's own", async () => {
    let now = 0;
    let text = "";
    const progress = startProgress({ write: (more: string) => (text += more) }, () => now);
    now = 1200;
    await progress.step("Emulator", async () => {
      now = 3500;
    });
    const failed = progress.step("Deployed", async () => {
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(text).toBe("    3.5 s  Emulator (2.3 s)\n");
  });
});

describe("closing", () => {
  it("goes backwards, once, and past what fails", async () => {
    const order: number[] = [];
    const open = closers();
    open.add(async () => void order.push(1));
    open.add(async () => {
      throw new Error("stuck");
    });
    open.add(async () => void order.push(3));
    const [one, two] = await Promise.allSettled([open.closeAll(), open.closeAll()]);
    expect(order).toEqual([3, 1]);
    expect([one.status, two.status]).toEqual(["rejected", "rejected"]);
  });
});
