import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { listLinks, readLink } from "./mailbox.ts";
import { type Place, Visitor } from "./visitor.ts";

const sdk = (path: string): string => fileURLToPath(new URL(`../../sdk/${path}`, import.meta.url));

/** The program as it lies in the checkout, for `npx ocmt`. */
export const FROM_SOURCE = sdk("cli/ocmt.ts");

let built: Promise<string> | undefined;

/** The program as it is published, built once for a run of tests. */
async function build(): Promise<string> {
  await promisify(execFile)(process.execPath, [sdk("build.ts")]);
  return sdk("dist/cli.mjs");
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** Piped in; a promise is waited for while the command runs. */
  readonly stdin?: string | Promise<string>;
  readonly sessionKey?: string | undefined;
  /** Piped in behind it, made of the first line that the command prints. */
  readonly answer?: (line: string) => string;
  /** Told of all that came on stderr so far, while the command runs. */
  readonly onStderr?: (text: string) => void;
  /** As by Ctrl-C, once this is there. */
  readonly breakOff?: Promise<unknown>;
}

/** A machine with the command line program, and a folder of its own for profiles. */
export class Machine {
  readonly place: Place;
  readonly home: string;
  readonly #program: string;
  sessionKey: string | undefined;

  private constructor(place: Place, home: string, program: string) {
    this.place = place;
    this.home = home;
    this.#program = program;
  }

  static async make(place: Place, program?: string): Promise<Machine> {
    built ??= build();
    return new Machine(place, await mkdtemp(join(tmpdir(), "ocmt-machine-")), program ?? (await built));
  }

  /** One that is signed in, with the vault open. */
  static async enrol(place: Place, email: string, passphrase: string): Promise<Machine> {
    const machine = await Machine.make(place);
    await machine.signIn(email);
    await machine.unlock(passphrase);
    return machine;
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { stdin = "", sessionKey = this.sessionKey, answer, onStderr, breakOff } = options;
    const env = {
      PATH: process.env["PATH"],
      OCMT_HOME: this.home,
      OCMT_URL: this.place.url,
      ...(sessionKey && { OCMT_SESSION: sessionKey }),
    };
    const child = spawn(process.execPath, [this.#program, ...args], { env, stdio: "pipe" });
    const out = { stdout: "", stderr: "" };
    child.stdout.on("data", (data) => {
      out.stdout += data;
    });
    child.stderr.on("data", (data) => {
      out.stderr += data;
      onStderr?.(out.stderr);
    });
    void breakOff?.then(() => child.kill("SIGINT"));
    child.stdin.on("error", () => undefined); // it ended without reading what was piped in
    void Promise.resolve(stdin).then((text) => (answer ? child.stdin.write(text) : child.stdin.end(text)));
    child.stdout.on("data", () => {
      const [line, rest] = out.stdout.split("\n");
      if (answer && line && rest !== undefined) child.stdin.end(`${answer(line)}\n`);
    });
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, ...out };
  }

  /** What a command printed as JSON; a command that failed is thrown with what it said. */
  async json<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
    const { code, stdout, stderr } = await this.run(["--json", ...args], options);
    if (code !== 0) throw new Error(`ocmt ${args.join(" ")}: ${code}\n${stderr}`);
    return JSON.parse(stdout) as T; // the test says what it expects
  }

  /** As a person does it: the link of the mail is opened somewhere else, and shows the digits to type here. */
  async signIn(email: string): Promise<Ran> {
    const before = await listLinks(this.place.endpoint, email, "link");
    const elsewhere = new Visitor(this.place, email);
    const code = readLink(this.place.endpoint, email, "link", before).then((secret) =>
      elsewhere.api.identity.showLinkCode({ secret }),
    );
    const [ran] = await Promise.all([
      this.run(["login", email], { stdin: code.then((shown) => `${shown.code}\n`).catch(() => "") }),
      code,
    ]);
    return ran;
  }

  async unlock(passphrase: string): Promise<void> {
    const { code, stdout, stderr } = await this.run(["unlock", "--raw"], { stdin: `${passphrase}\n` });
    if (code !== 0) throw new Error(stderr);
    this.sessionKey = stdout.trim();
  }

  remove(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }
}
