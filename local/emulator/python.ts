import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { runCommand } from "../processes/commands.ts";
import { inTurn } from "../setup/lock.ts";
import { StartError } from "../setup/start-error.ts";

const LEAST = [3, 10] as const;
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const QUESTION = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/** The first Python on the PATH that is new enough and can make virtual environments. */
export async function findPython(names: readonly string[] = NAMES): Promise<string> {
  for (const name of names) {
    const version = await askVersion(name);
    if (version && isNewEnough(version)) return name;
  }
  throw new StartError("Python 3.10 or newer with venv is needed for the AWS emulator, and none was found.", {
    hint: `Install it with: ${installCommand()}`,
  });
}

interface VenvOptions {
  readonly root: string;
  readonly venv: string;
  readonly log: string;
  readonly signal?: AbortSignal | undefined;
}

/** A venv that holds exactly the pinned packages, or is made anew: a half-made one has no mark. */
export const ensureVenv = (options: VenvOptions): Promise<"kept" | "installed"> =>
  inTurn(`${options.venv}.making`, options.signal, () => installIfOld(options));

async function installIfOld({ root, venv, log, signal }: VenvOptions): Promise<"kept" | "installed"> {
  const requirements = join(root, "local", "requirements.txt");
  const mark = join(venv, ".requirements");
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  if ((await readFile(mark, "utf8").catch(() => "")) === digest && existsSync(pythonOf(venv))) return "kept";
  const python = await findPython();
  await rm(venv, { recursive: true, force: true });
  await mkdir(dirname(venv), { recursive: true });
  const what = "Installing the AWS emulator";
  await runCommand({ what, argv: [python, "-m", "venv", venv], cwd: root, log, signal });
  const install = ["install", "--require-hashes", "--only-binary", ":all:", "--no-input", "-r", requirements];
  const env = { PIP_DISABLE_PIP_VERSION_CHECK: "1" };
  await runCommand({ what, argv: [pythonOf(venv), "-m", "pip", ...install], cwd: root, env, log, signal });
  await writeFile(mark, digest);
  return "installed";
}

export const pythonOf = (venv: string) => join(venv, "bin", "python");

async function askVersion(name: string): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(name, ["-c", QUESTION], { timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

const INSTALLERS = [
  ["apt-get", "sudo apt-get install python3 python3-venv"],
  ["dnf", "sudo dnf install python3"],
  ["apk", "sudo apk add python3"],
  ["pacman", "sudo pacman -S python"],
  ["zypper", "sudo zypper install python3"],
  ["brew", "brew install python"],
] as const;

function installCommand(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const has = (program: string) => folders.some((folder) => existsSync(join(folder, program)));
  const found = INSTALLERS.find(([program]) => has(program));
  return found ? found[1] : "the installer from https://www.python.org/downloads/";
}
