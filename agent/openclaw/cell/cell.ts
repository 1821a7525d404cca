import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type CellSecrets, configOf, type Ports } from "./config.ts";
import { writeHold } from "./hold.ts";
import { type Layout, layOut } from "./layout.ts";
import type { Sandbox } from "./sandbox.ts";

/** The files of a cell, and what OpenClaw is started with. */
export interface Cell {
  readonly layout: Layout;
  readonly sandbox: Sandbox;
  readonly port: number;
  readonly ports: Omit<Ports, "gateway">;
  readonly gatePlugin: string;
  readonly secrets: CellSecrets;
}

export interface CellInput {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly gatePlugin: string; // our own copy, as it was built
  readonly ports: Omit<Ports, "gateway">;
  readonly tokens: Omit<CellSecrets, "gatewayToken">;
}

/** Makes the folders. What OpenClaw may not change is mounted read-only, or belongs to us where that is someone else. */
export async function makeCell({ folder, sandbox, gatePlugin, ports, tokens }: CellInput): Promise<Cell> {
  const layout = layOut(folder, sandbox.kind === "bubblewrap");
  const secrets: CellSecrets = { gatewayToken: randomBytes(32).toString("base64url"), ...tokens };
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o711);
  for (const { outside } of [layout.config, layout.secrets]) await mkdir(outside, { recursive: true, mode: 0o755 });
  for (const { outside } of [layout.home, layout.state, layout.temporary]) {
    await mkdir(outside, { recursive: true, mode: 0o700 });
    await giveTo(sandbox, outside);
  }
  return { layout, sandbox, port: await findPort(), ports, gatePlugin, secrets };
}

/** Before each start: where there is no sandbox and no other user, a command that was allowed could have changed them. */
export async function writeRules({ layout, port, ports, gatePlugin }: Cell): Promise<void> {
  const { config, gate } = layout;
  await rm(gate.outside, { recursive: true, force: true });
  await cp(gatePlugin, gate.outside, { recursive: true });
  await writeHold(layout);
  const path = join(config.outside, "openclaw.json");
  await rm(path, { force: true });
  const text = JSON.stringify(configOf(layout, { gateway: port, ...ports }));
  await writeFile(path, text, { mode: 0o644 });
}

/** Written before each start, and taken away when OpenClaw has read it: its tools run as the same user. */
export async function writeSecrets({ layout, sandbox, secrets }: Cell): Promise<void> {
  const path = join(layout.secrets.outside, "cell.json");
  await writeFile(path, JSON.stringify(secrets), { mode: 0o400 });
  await giveTo(sandbox, path);
}

export const removeSecrets = ({ layout }: Cell): Promise<void> =>
  rm(join(layout.secrets.outside, "cell.json"), { force: true });

async function giveTo({ uid }: Sandbox, path: string): Promise<void> {
  if (uid !== undefined) await chown(path, uid, uid);
}

/** A folder and all in it. */
export async function giveAllTo(sandbox: Sandbox, path: string): Promise<void> {
  if (sandbox.uid === undefined || !existsSync(path)) return;
  await giveTo(sandbox, path);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await giveAllTo(sandbox, inner);
    else if (entry.isFile()) await giveTo(sandbox, inner);
  }
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
