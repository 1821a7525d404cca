import { chmod, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import pkg from "./package.json" with { type: "json" };

/** One file for each entry, and what is read only when it is needed beside them: `npm pack ./sdk/dist` is what other machines install. Needs Node 24.7 or newer. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await rm(here("dist"), { recursive: true, force: true });
await build({
  entryPoints: { cli: here("cli/ocmt.ts"), ocmt: here("ocmt.ts") },
  outdir: here("dist"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // some packages are CommonJS and ask for node's modules by `require`
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
  legalComments: "none",
  sourcemap: false,
  logLevel: "warning",
});
await chmod(here("dist/cli.mjs"), 0o755);
const { name, version, type } = pkg;
const published = { name, version, type, exports: "./ocmt.mjs", bin: { ocmt: "cli.mjs" }, engines: { node: ">=24.7" } };
await writeFile(here("dist/package.json"), `${JSON.stringify(published, null, 2)}\n`);
