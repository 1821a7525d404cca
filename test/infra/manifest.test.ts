import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { filesBelow } from "#test/support/files-below.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

/** The web app as `npm run build` makes it, in a folder of its own. */
function build(): string {
  const folder = mkdtempSync(join(tmpdir(), "ocmt-web-"));
  made.push(folder);
  const { NODE_ENV: _test, ...env } = process.env;
  const vite = resolve("node_modules/vite/bin/vite.js");
  const argv = [vite, "build", "--outDir", folder, "--emptyOutDir", "--logLevel", "silent"];
  execFileSync(process.execPath, argv, { cwd: "frontend", env });
  return folder;
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the published manifest of the web app", () => {
  it("names every file with its hash, in order, and a second build of one checkout has the same", async () => {
    const folder = build();
    const text = readFileSync(join(folder, "manifest.json"), "utf8");
    const { version, files } = JSON.parse(text) as { version: string; files: Record<string, string> };
    const built: [path: string, hash: string][] = [];
    for await (const { where, bytes } of filesBelow(folder))
      built.push([where.slice(folder.length + 1), sha256(bytes)]);
    expect(Object.entries(files)).toEqual(built.filter(([path]) => path !== "manifest.json").sort());
    expect(Object.keys(files)).toContain("index.html");
    expect(version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
    expect(readFileSync(join(build(), "manifest.json"), "utf8")).toBe(text);
  });
});
