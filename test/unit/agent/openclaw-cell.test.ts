import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCell, removeSecrets, writeRules, writeSecrets } from "../../../agent/openclaw/cell/cell.ts";
import { environmentOf } from "../../../agent/openclaw/cell/config.ts";
import { layOut } from "../../../agent/openclaw/cell/layout.ts";
import { findGatePlugin, findRuntime } from "../../../agent/openclaw/cell/runtime.ts";
import { chooseSandbox, sandboxed } from "../../../agent/openclaw/cell/sandbox.ts";
import { readSessions, stageCopy, swapState, writeCopy } from "../../../agent/openclaw/state/copy.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocmt-cell-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plain = { kind: "none", uid: undefined } as const;
const open = (sandbox: Parameters<typeof makeCell>[0]["sandbox"] = plain) =>
  makeCell({
    folder: join(folder, "cell"),
    sandbox,
    gatePlugin: findGatePlugin(),
    ports: { proxy: 4_000, door: 4_001 },
    tokens: { proxyToken: "proxy token", doorToken: "door token" },
  });

describe("a cell", () => {
  it("holds a configuration which opens nothing, calls nobody and names its tools", async () => {
    const cell = await open();
    const { layout } = cell;
    await writeRules(cell);
    const config = JSON.parse(await readFile(join(layout.config.outside, "openclaw.json"), "utf8"));
    expect(config).toMatchObject({
      gateway: { bind: "loopback", auth: { mode: "token", token: { source: "file" } }, controlUi: { enabled: false } },
      ...{
        telemetry: { enabled: false },
        update: { checkOnStart: false },
        cron: { enabled: false },
        browser: { enabled: false },
      },
      plugins: { allow: ["ocmt-gate"], entries: { "ocmt-gate": { enabled: true } } },
      tools: { elevated: { enabled: false }, web: { fetch: { enabled: false } }, loopDetection: { enabled: true } },
      agents: { defaults: { heartbeat: { every: "0m" } } },
    });
    expect(config.tools.deny).toEqual(expect.arrayContaining(["gateway", "plugins", "secrets", "sessions_spawn"]));
  });

  it("has its rules written anew, whatever became of them", async () => {
    const cell = await open();
    await writeRules(cell);
    const [config, gate] = [
      join(cell.layout.config.outside, "openclaw.json"),
      join(cell.layout.gate.outside, "index.mjs"),
    ];
    const before = [await readFile(config, "utf8"), await readFile(gate, "utf8")];
    for (const path of [config, gate, join(cell.layout.gate.outside, "more.mjs")]) await writeFile(path, "changed");
    await writeRules(cell);
    expect([await readFile(config, "utf8"), await readFile(gate, "utf8")]).toEqual(before);
    expect(await readdir(cell.layout.gate.outside)).not.toContain("more.mjs");
  });

  it("holds its tokens in one file, only while they are read", async () => {
    const cell = await open();
    const holding = async () => {
      const all = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
      return files.filter((_, i) =>
        [cell.secrets.gatewayToken, "proxy token"].some((secret) => texts[i]?.includes(secret)),
      );
    };
    await writeSecrets(cell);
    const [file = ""] = await holding();
    expect((await stat(file)).mode & 0o777).toBe(0o400);
    await removeSecrets(cell);
    expect(await holding()).toEqual([]);
  });

  it("has an environment of its own, with nothing of ours and nothing secret in it", () => {
    process.env["OCMT_PROBE"] = "ours";
    const environment = environmentOf(layOut("/cell", true), "/usr/bin");
    delete process.env["OCMT_PROBE"];
    expect(Object.values(environment)).not.toContain("ours");
    expect(Object.keys(environment).filter((name) => /TOKEN|KEY|SECRET/.test(name))).toEqual([]);
    expect(environment).toMatchObject({ OPENCLAW_CONFIG_READONLY: "1", OPENCLAW_OFFLINE: "1", DO_NOT_TRACK: "1" });
  });
});

describe("the sandbox", () => {
  const runtime = { node: "/node/bin/node", openclaw: "/app/node_modules/openclaw" };
  const lineFor = (uid: number | undefined) =>
    sandboxed({ kind: "bubblewrap", uid }, layOut("/cell", true), runtime, ["program"]).join(" ");

  it("shows the program its own folders, and the system and its configuration read-only", () => {
    const line = lineFor(undefined);
    for (const part of [
      "--bind /cell/home /home/agent",
      "--ro-bind /cell/config /etc/openclaw",
      "--ro-bind /usr /usr",
    ]) {
      expect(line).toContain(part);
    }
    expect(line.match(/(?<!ro-)bind \S+/g)).toEqual(["bind /cell/home", "bind /cell/temporary"]);
    expect(line).toMatch(/--unshare-user .*--unshare-pid .*-- program$/);
  });

  it("takes every right from the program where we are root", () => {
    expect(lineFor(61_001)).toMatch(/setpriv --reuid=61001 .*--no-new-privs .*--bounding-set=-all program$/);
  });

  it("is none where bubblewrap is not there or not allowed", () => {
    expect(chooseSandbox(undefined, () => false)).toEqual({ kind: "none", uid: undefined });
    expect(sandboxed(plain, layOut("/cell", false), runtime, ["program"])).toEqual(["program"]);
  });

  it("is tried with all it will ask of the kernel", () => {
    const tried: string[][] = [];
    chooseSandbox(undefined, (command) => tried.push(command) > 0);
    for (const part of ["--unshare-user", "--unshare-pid", "--unshare-ipc"]) expect(tried[0]).toContain(part);
  });

  it("finds the package and the gate", () => {
    expect(existsSync(join(findRuntime().openclaw, "openclaw.mjs"))).toBe(true);
    expect(existsSync(join(findGatePlugin(), "openclaw.plugin.json"))).toBe(true);
  });
});

describe("a copy of the state", () => {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };

  it("holds the sessions and the workspace, without locks, links, logs and what was deleted", async () => {
    const { layout } = await open();
    const state = (name: string) => join(layout.state.outside, name);
    const kept = [
      "state/openclaw.sqlite",
      "state/openclaw.sqlite-wal",
      "agents/main/agent/a.sqlite",
      "workspace/a/yarn.lock",
    ];
    const left = [
      "state/openclaw.sqlite-shm",
      "agents/main/sessions/1.jsonl.deleted.2026.zst",
      "tmp/x/a.lock",
      "logs/a",
      "b.lock",
    ];
    for (const name of [...kept, ...left]) await write(state(name), name);
    await symlink("/etc", state("workspace/etc"));
    const copy = join(folder, "copy");
    await writeCopy(layout, copy, new Map([["agent:main:cnv_1", "id-1"]]));
    const there = (await readdir(copy, { recursive: true, withFileTypes: true })).filter(
      (entry) => !entry.isDirectory(),
    );
    const names = there.map((entry) => join(entry.parentPath, entry.name).slice(copy.length + 1));
    expect(names.sort()).toEqual([...kept.map((name) => `openclaw/${name}`), "sessions.json"].sort());
    expect(await readSessions(copy)).toEqual(new Map([["agent:main:cnv_1", "id-1"]]));
  });

  it("takes the place of what was there", async () => {
    const { layout, sandbox } = await open();
    await write(join(layout.state.outside, "workspace/old"), "old");
    await write(join(folder, "copy/openclaw/workspace/new"), "new");
    await chmod(join(folder, "copy"), 0o700);
    await stageCopy(layout, sandbox, join(folder, "copy"));
    await swapState(layout);
    expect(await readdir(join(layout.state.outside, "workspace"))).toEqual(["new"]);
    expect(existsSync(join(folder, "copy"))).toBe(false);
  });
});
