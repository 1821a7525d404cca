import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { environmentOf } from "../cell/config.ts";
import { holdFlag } from "../cell/hold.ts";
import type { Layout } from "../cell/layout.ts";
import { type Runtime, type Sandbox, sandboxed } from "../cell/sandbox.ts";
import { findProgram, listTree, signalAll, stopTree } from "./tree.ts";

export interface GatewayProcess {
  readonly pid: number;
  readonly exit: Promise<number | null>;
  /** Stops every process of the tree where it stands. */
  freeze(): void;
  thaw(): void;
  isFrozen(): boolean;
  /** Asks it to end, and makes it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

export interface GatewayProcessInput {
  readonly sandbox: Sandbox;
  readonly layout: Layout;
  readonly runtime: Runtime;
  readonly port: number;
  /** Each piece of what it prints. It may hold anything, so it is looked at and never logged. */
  readonly onOutput: (text: string) => void;
}

/** The young generation kept small costs nothing here and saves a tenth of its memory (docs/agent.md). */
const NODE_FLAGS = ["--max-semi-space-size=4"];

export function startGatewayProcess({ sandbox, layout, runtime, port, onOutput }: GatewayProcessInput): GatewayProcess {
  const gateway = ["gateway", "--port", String(port), "--bind", "loopback"];
  const program = [
    "/usr/bin/env",
    runtime.node,
    ...NODE_FLAGS,
    holdFlag(layout),
    join(runtime.openclaw, "openclaw.mjs"),
    ...gateway,
  ];
  const [command = "", ...args] = sandboxed(sandbox, layout, runtime, program);
  const isPlain = sandbox.kind === "none";
  const child = spawn(command, args, {
    cwd: layout.home.outside,
    env: environmentOf(layout, `${runtime.node.replace(/\/node$/, "")}:/usr/local/bin:/usr/bin:/bin`),
    stdio: ["ignore", "pipe", "pipe"],
    ...(isPlain && sandbox.uid !== undefined ? { uid: sandbox.uid, gid: sandbox.uid } : {}),
  });
  child.stdout.setEncoding("utf8").on("data", onOutput);
  child.stderr.setEncoding("utf8").on("data", onOutput);
  return controlOf(child);
}

function controlOf(child: ChildProcess): GatewayProcess {
  const exit = once(child, "exit").then(
    ([code]) => (typeof code === "number" ? code : null),
    () => null, // it could not be started
  );
  const pid = child.pid ?? 0;
  const hasEnded = () => pid === 0 || child.exitCode !== null || child.signalCode !== null;
  let frozen: number[] = [];
  const thaw = () => {
    signalAll(frozen, "SIGCONT");
    frozen = [];
  };
  const kill = () => {
    if (!hasEnded()) signalAll(listTree(pid), "SIGKILL");
  };
  return {
    pid,
    exit,
    freeze() {
      if (!hasEnded() && frozen.length === 0) frozen = stopTree(pid);
    },
    thaw,
    isFrozen: () => frozen.length > 0,
    kill,
    async stop(graceMs) {
      if (hasEnded()) return;
      thaw();
      signalAll([findProgram(pid)], "SIGTERM");
      const timer = setTimeout(kill, graceMs);
      await exit;
      clearTimeout(timer);
    },
  };
}
