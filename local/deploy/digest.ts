import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

const SKIPPED = new Set(["node_modules", "dist", ".git", "cdk.out", "coverage"]);

/** One hash over the names and bytes of all files in these places. A place that is not there counts as empty. */
export async function digestOf(root: string, places: readonly string[], more: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const text of more) hash.update(`${text.length}:${text}`);
  const files = (await Promise.all(places.map((place) => listFiles(join(root, place))))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  for (const [index, file] of files.entries()) {
    const bytes = contents[index] ?? Buffer.alloc(0);
    hash.update(`\n${relative(root, file)}:${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return undefined;
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (!entries) return [path];
  const inside = entries.filter((entry) => !SKIPPED.has(entry.name) && (entry.isDirectory() || entry.isFile()));
  return (await Promise.all(inside.map((entry) => listFiles(join(path, entry.name))))).flat();
}
