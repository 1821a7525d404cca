import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file of these folders, without what was installed or built. */
export function readSources(...folders: string[]): Source[] {
  const paths = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !/(^|\/)(node_modules|dist|cdk\.out)\//.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** What a file imports, dynamically too, as it is written. */
export function importsOf({ text }: Source): string[] {
  const statements = text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^"'`;]*?\bfrom\s+"([^"]+)"/g);
  const bare = text.matchAll(/(?:^|\n)\s*import\s+"([^"]+)"/g);
  const dynamic = text.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [...statements, ...bare, ...dynamic].map(([, target = ""]) => target);
}

/** Comments and texts taken out, so that a rule about code is not broken by a word about it. */
export const codeOf = ({ text }: Source): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/(^|[^:])\/\/.*$/gm, "$1")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
