import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/**
 * One file for the whole supervisor, and beside it the gate plugin, which OpenClaw loads as files. OpenClaw stays a package of its
 * own: it is another program, run as another process.
 */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await rm(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: [here("supervisor.ts")],
  outfile: here("dist/supervisor.mjs"),
  bundle: true,
  platform: "node",
  target: "node26",
  format: "esm",
  external: ["openclaw", "openclaw/*"],
  // ws is CommonJS and asks for node's modules by `require`
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  legalComments: "none",
  sourcemap: false,
  logLevel: "warning",
});
await cp(here("gate-plugin"), here("dist/gate-plugin"), { recursive: true });

// Packages are installed without their scripts, so OpenClaw finishes its installation when it first starts, and writes beside itself.
// Its cell cannot: it is done here, once.
const openclaw = dirname(findPackageJSON("openclaw", import.meta.url) ?? "");
if (existsSync(join(openclaw, ".openclaw-lifecycle-pending"))) {
  const home = await mkdtemp(join(tmpdir(), "openclaw-"));
  const env = { PATH: process.env["PATH"], HOME: home };
  execFileSync(process.execPath, [join(openclaw, "openclaw.mjs"), "--version"], { env, stdio: "inherit" });
  await rm(home, { recursive: true });
}
