import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Layout } from "./layout.ts";

/**
 * Two seconds after its start OpenClaw opens its state, and then it takes a restart to give it another. A task that was run for an
 * agent learns in about that time whose state it will be. So OpenClaw waits at the first database it opens, on whatever thread,
 * until there is a file that only we can write; by then everything before that is done.
 */
const HOLD = "hold.mjs";
const GO = "go";

const PROGRAM = `import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const go = fileURLToPath(new URL("./${GO}", import.meta.url));
const pause = new Int32Array(new SharedArrayBuffer(4));
const sqlite = process.getBuiltinModule("node:sqlite");
const { DatabaseSync } = sqlite;

sqlite.DatabaseSync = class extends DatabaseSync {
  constructor(...args) {
    while (!existsSync(go)) Atomics.wait(pause, 0, 0, 20);
    super(...args);
  }
};
`;

export const writeHold = ({ config }: Layout): Promise<void> =>
  writeFile(join(config.outside, HOLD), PROGRAM, { mode: 0o644 });

export const holdFlag = ({ config }: Layout): string => `--import=${pathToFileURL(join(config.inside, HOLD))}`;

/** From now on, for good: OpenClaw started again does not wait either. */
export const openState = ({ config }: Layout): Promise<void> =>
  writeFile(join(config.outside, GO), "", { mode: 0o644 });
