import { ALL_CASES, ATTACKS } from "./cases.ts";
import type { readNamed } from "./named.ts";

/** docs/threats-covered.md: which tests name which id. */
export function writePage(named: ReturnType<typeof readNamed>): string {
  const rowOf = ([id, what]: [string, string]) =>
    `| ${id} | ${what} | ${(named.get(id) ?? []).map(({ path }) => path.replace("test/", "")).join("<br>")} |`;
  const all = Object.entries(ALL_CASES);
  const covered = all.filter(([id]) => named.has(id));
  const open = all.filter(([id]) => !named.has(id));
  return `${[
    "# Which threats a test names",
    "",
    "Written by a test from the titles of all tests; do not edit. After a new test: `npx vitest run --project security test/security/threats -u`.",
    "What the tests say today: `npm run test:security`. What an id means in full is in the design; this page says it in a few words.",
    "",
    `${covered.length} of ${all.length} ids are named by a test, among them ${covered.filter(([id]) => id in ATTACKS).length} of the ${Object.keys(ATTACKS).length} published attacks (ePrint 2026/058, Table 1).`,
    "",
    "| id | attack | tests, in test/ |",
    "|---|---|---|",
    ...covered.map(rowOf),
    "",
    "## Named by no test",
    "",
    "Not built in this version, or held by something that is no test of ours.",
    "",
    "| id | attack |",
    "|---|---|",
    ...open.map(([id, what]) => `| ${id} | ${what} |`),
  ].join("\n")}\n`;
}
