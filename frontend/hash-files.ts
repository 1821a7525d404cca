import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Plugin } from "vite";
import pkg from "./package.json" with { type: "json" };

const NAME = "manifest.json";

/** Writes `manifest.json` beside what was built: `{ version, files: { <path>: <sha256, hex> } }`, sorted by path, itself left out. */
export function hashFiles(): Plugin {
  let folder = "";
  return {
    name: "hash-files",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: () => {
      const files = Object.fromEntries(listFiles(folder).map((path) => [path, sha256(join(folder, path))]));
      writeFileSync(join(folder, NAME), `${JSON.stringify({ version: pkg.version, files }, null, 2)}\n`);
    },
  };
}

const listFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => path !== NAME)
    .sort();

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
