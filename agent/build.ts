import { cp } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** One file for the whole supervisor. OpenClaw stays a package of its own: it is another program, run as another process. */
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

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

// OpenClaw loads the gate itself, from files: they lie beside the bundle.
await cp(here("gate-plugin"), here("dist/gate-plugin"), { recursive: true });
