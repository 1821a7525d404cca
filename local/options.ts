import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartError } from "./setup/start-error.ts";

/** How the product is to run on this machine. Everything it writes stands under `stateDir`. */
export interface StartOptions {
  readonly root: string;
  readonly stateDir: string;
  readonly port: number | undefined; // asked for by name: refused when taken, never moved
  readonly firstPort: number; // where the search for a free one begins when none was asked for
  readonly warm: number;
  readonly reset: boolean;
  readonly open: boolean;
  readonly endpoint: string | undefined;
}

export const USAGE = `npm start -- [options]
  --warm N         keep N agents' tasks started ahead of need (default 1, 0 for none)
  --reset          forget all data of this checkout and begin anew
  --port P         serve on http://127.0.0.1:P (default: 4500 or the next free port)
  --endpoint URL   use this AWS emulator instead of starting one
  --state-dir DIR  keep everything there (default .local)
  --no-open        do not open a browser
  --help           this text`;

export const ROOT = resolve(import.meta.dirname, "..");

export const DEFAULTS: StartOptions = {
  root: ROOT,
  stateDir: resolve(ROOT, ".local"),
  port: undefined,
  firstPort: 4500,
  warm: 1,
  reset: false,
  open: true,
  endpoint: undefined,
};

const FLAGS = {
  warm: { type: "string" },
  reset: { type: "boolean" },
  port: { type: "string" },
  endpoint: { type: "string" },
  "state-dir": { type: "string" },
  "no-open": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the command line; `help` when that was asked for. */
export function parseOptions(argv: readonly string[]): StartOptions | "help" {
  const values = readFlags(argv);
  if (values.help) return "help";
  return {
    ...DEFAULTS,
    warm: values.warm === undefined ? DEFAULTS.warm : wholeNumber("--warm", values.warm, 0, 16),
    port: values.port === undefined ? undefined : wholeNumber("--port", values.port, 1, 65_535),
    stateDir: values["state-dir"] === undefined ? DEFAULTS.stateDir : resolve(values["state-dir"]),
    endpoint: values.endpoint === undefined ? undefined : readEndpoint(values.endpoint),
    reset: values.reset ?? false,
    open: !values["no-open"],
  };
}

function readFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true }).values;
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { hint: USAGE });
  }
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new StartError(`${flag} takes a whole number from ${least} to ${most}, not "${text}"`);
}

function readEndpoint(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new StartError(`--endpoint takes a URL, not "${text}"`);
  return url.origin;
}
