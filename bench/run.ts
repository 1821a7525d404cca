/**
 * npm run bench [-- P5 P7b …]: measures the figures, prints a table, writes bench/results.json and docs/performance.md.
 * A run of some figures keeps the last results of the others.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { type Figure, measure, type Result, type Spread } from "./figure.ts";
import { figures } from "./figures/index.ts";

const RESULTS = new URL("results.json", import.meta.url);
const REPORT = new URL("../docs/performance.md", import.meta.url);

const wanted = process.argv.slice(2);
const isWanted = (figure: Figure): boolean =>
  wanted.length === 0 || wanted.some((id) => figure.id === id || figure.id.startsWith(`${id}.`));

const results = new Map<string, Result>(readEarlier().map((result) => [result.id, result]));
for (const figure of figures.filter(isWanted)) {
  const result = await measure(figure);
  results.set(result.id, result);
  console.log(row(result));
}

const ordered = figures.flatMap(({ id }) => results.get(id) ?? []);
const machine = { node: process.version, cores: cpus().length, at: new Date(Date.now()).toISOString() };
writeFileSync(RESULTS, `${JSON.stringify({ machine, results: ordered }, null, 2)}\n`);
writeFileSync(REPORT, report(ordered));
console.log(`${ordered.filter(({ held }) => held).length} of ${ordered.length} goals held`);

function readEarlier(): Result[] {
  if (!existsSync(RESULTS)) return [];
  return (JSON.parse(readFileSync(RESULTS, "utf8")) as { results: Result[] }).results; // written by this file alone
}

function report(all: readonly Result[]): string {
  return [
    "# Performance",
    "",
    `Written by \`npm run bench\` on ${machine.cores} shared cores, Node ${machine.node}, ${machine.at.slice(0, 10)}. Each figure is a ratio, ours to the peer's,`,
    "measured in pairs in the same run: median, and p25–p75 in brackets. A figure under way of its goal says so; none is a test.",
    "",
    "| # | what | ours | peer | peer's | ratio | goal | held |",
    "|---|---|---|---|---|---|---|---|",
    ...all.map(row),
    "",
  ].join("\n");
}

function row({ id, what, peer, unit, ours, theirs, ratio, target, held }: Result): string {
  const goal = "atMost" in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  const value = (spread: Spread): string => `${text(spread.median)} ${unit}`;
  const spread = `${text(ratio.median)} (${text(ratio.p25)}–${text(ratio.p75)})`;
  return `| ${id} | ${what} | ${value(ours)} | ${peer} | ${value(theirs)} | ${spread} | ${goal} | ${held ? "yes" : "no"} |`;
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
