import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import type { Layout } from "./layout.ts";

/** How OpenClaw is confined: by bubblewrap where there is one, otherwise only by what the container around us is. */
export interface Sandbox {
  readonly kind: "bubblewrap" | "none";
  /** The user it runs as; only root may choose another than its own. */
  readonly uid: number | undefined;
}

export interface Runtime {
  readonly node: string;
  readonly openclaw: string; // the package's folder
}

const BWRAP = "/usr/bin/bwrap";
const SETPRIV = "/usr/bin/setpriv";

/** Bubblewrap where it is there and the kernel lets us use it: in many containers it does not. */
export function chooseSandbox(wantedUid: number | undefined, mayRun: (command: string[]) => boolean = runs): Sandbox {
  const uid = process.getuid?.() === 0 ? wantedUid : undefined;
  const kind = process.platform === "linux" && mayRun(probe(uid)) ? "bubblewrap" : "none";
  return { kind, uid };
}

const PROBE_MS = 5_000;
const runs = ([program = "", ...args]: string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore", timeout: PROBE_MS }).status === 0;

/** The least that shows whether all of it is allowed. */
const probe = (uid: number | undefined): string[] => [
  ...[BWRAP, ...rightsOf(uid), ...UNSHARED],
  ...["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", ...dropTo(uid), "/usr/bin/true"],
];

/** The command line that runs `program` in the sandbox: it sees the system read-only, its own home, and nothing of anyone else. */
export function sandboxed(sandbox: Sandbox, layout: Layout, runtime: Runtime, program: readonly string[]): string[] {
  if (sandbox.kind === "none") return [...program];
  const { uid } = sandbox;
  return [
    ...[BWRAP, "--die-with-parent", "--new-session", "--hostname", "agent", ...rightsOf(uid), ...UNSHARED],
    ...system(),
    ...mounts(layout), // before the programs: these may lie below the real /tmp, which the cell's own covers
    ...[dirname(runtime.node), modulesOf(runtime.openclaw)].flatMap((path) => mount("--ro-bind", path, path)),
    ...["--chdir", layout.home.inside, "--", ...dropTo(uid), ...program],
  ];
}

const UNSHARED = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];

const rightsOf = (uid: number | undefined): string[] =>
  uid === undefined
    ? ["--unshare-user"]
    : ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"];

const dropTo = (uid: number | undefined): string[] =>
  uid === undefined ? [] : [SETPRIV, `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", ...NO_PRIVILEGES];

const NO_PRIVILEGES = ["--no-new-privs", "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"];
const LINKED = ["bin", "lib", "lib64", "sbin"];
const OF_ETC = ["ssl", "ca-certificates", "resolv.conf", "nsswitch.conf", "hosts", "localtime"];

/** The system's programs and name resolution, read-only; no users, no secrets, no other folders. */
function system(): string[] {
  const etc = OF_ETC.map((name) => `/etc/${name}`);
  return [
    ...["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"],
    ...LINKED.flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    ...etc.flatMap((path) => mount("--ro-bind-try", path, path)),
    ...["--perms", "0755", "--tmpfs", "/run"],
  ];
}

function mounts({ home, config, secrets, gate, temporary }: Layout): string[] {
  const readOnly = [config, secrets, gate].flatMap(({ outside, inside }) => mount("--ro-bind", outside, inside));
  const writable = [home, temporary].flatMap(({ outside, inside }) => mount("--bind", outside, inside));
  return [...writable, ...readOnly];
}

/** Folders on the way to a mount are made by bubblewrap for root alone, unless they are made first. */
function mount(how: string, from: string, to: string): string[] {
  const parents: string[] = [];
  for (let path = dirname(to); path !== "/"; path = dirname(path)) parents.unshift(path);
  return [...parents.flatMap((path) => ["--perms", "0755", "--dir", path]), how, from, to];
}

/** OpenClaw needs the packages beside it, too. */
const modulesOf = (openclaw: string): string => dirname(openclaw);
