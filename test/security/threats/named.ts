import { readSources, type Source } from "#test/support/sources.ts";

/** The ids that a title names. */
export const idsIn = (title: string): string[] => title.match(/\b(?:[A-K]\d{2}|(?:BW|LP|DL|1P)\d{2})\b/g) ?? [];

const TITLE = /(?:\b(?:describe|it|test)(?:\.\w+)*|[\])])\(\s*(["`])((?:(?!\1)[^\\]|\\.)*)\1/g;
const ROW = /^\s*\[\s*"([A-K1][A-Z]?\d{2}\b[^"]*)"/gm; // a row of `each`, whose first column is its title

/** For each id the test files in whose titles it stands, as they are written. */
export function readNamed(): Map<string, Source[]> {
  const named = new Map<string, Source[]>();
  const files = readSources("test").filter(({ path }) => path.endsWith(".test.ts"));
  for (const source of files.toSorted((a, b) => a.path.localeCompare(b.path, "en")))
    for (const id of new Set(titlesOf(source).flatMap(idsIn))) named.set(id, [...(named.get(id) ?? []), source]);
  return named;
}

function titlesOf({ text }: Source): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:])\/\/.*$/gm, "$1");
  const titles = [...code.matchAll(TITLE)].map((match) => match[2] ?? "");
  return [...titles, ...[...code.matchAll(ROW)].map((match) => match[1] ?? "")];
}
