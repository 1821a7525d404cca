/**
 * npm run bench [-- P5 P7b … --pairs 3]: measures the figures, prints a table, writes bench/results.json and docs/performance.md.
 * A run of some figures keeps the last results of the others. Fewer pairs than a figure asks for are for a quick look; the table
 * says how many there were.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Figure, measure, type Result, type Spread, type Target } from "./figure.ts";
import { figures } from "./figures/index.ts";
import { endAll } from "./places/standing.ts";

const RESULTS = new URL("results.json", import.meta.url);
const REPORT = new URL("../docs/performance.md", import.meta.url);

const { values: flags, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: "string" } },
});
const pairsAtMost = flags.pairs ? Number(flags.pairs) : undefined;
const isWanted = (figure: Figure): boolean =>
  wanted.length === 0 || wanted.some((id) => figure.id === id || figure.id.startsWith(`${id}.`));

const measured = new Map<string, Result>();
const machine = { node: process.version, cores: cpus().length, at: new Date(Date.now()).toISOString() };
const failed: string[] = [];
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(1)));
for (const figure of figures.filter(isWanted)) {
  try {
    const result = await measure(figure, pairsAtMost);
    measured.set(result.id, result);
    console.log(row(result));
    if (result.id === "P8")
      console.log(
        `first reply after ${text(result.ours.median / 1000)} s, ${text(result.ratio.median)} × openclaw alone`,
      );
    keep(); // a run that is cut off keeps what it has measured
  } catch (error) {
    failed.push(figure.id);
    console.error(`${figure.id} could not be measured:`, error);
  }
}
await endAll();
const ordered = keep();
console.log(`${ordered.filter(({ held }) => held).length} of ${ordered.length} goals held`);
if (failed.length > 0) process.exitCode = 1;

function keep(): Result[] {
  const earlier = new Map(readEarlier().map((result) => [result.id, result])); // also what another run wrote meanwhile
  const all = figures.flatMap(({ id }) => measured.get(id) ?? earlier.get(id) ?? []);
  writeFileSync(RESULTS, `${JSON.stringify({ machine, results: all }, null, 2)}\n`);
  writeFileSync(REPORT, report(all));
  return all;
}

function readEarlier(): Result[] {
  if (!existsSync(RESULTS)) return [];
  return (JSON.parse(readFileSync(RESULTS, "utf8")) as { results: Result[] }).results; // written by this file alone
}

function report(all: readonly Result[]): string {
  return [
    "# Performance",
    "",
    `Written by \`npm run bench\` on ${machine.cores} shared cores, Node ${machine.node}. Each figure is a ratio, ours to the peer's,`,
    "measured in pairs in the same run: median, and p25–p75 in brackets. Where a goal is not held the table says no; none is a test.",
    "",
    "| # | what | ours | peer | peer's | ratio | pairs | goal | held | on |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ...all.map(row),
    "",
    ...all.flatMap(({ id, note }) => (note ? [`- **${id}**: ${note}`] : [])),
    "",
  ].join("\n");
}

function row({ id, what, peer, unit, ours, theirs, ratio, added, target, held, pairs, at }: Result): string {
  const value = (spread: Spread): string => `${text(spread.median)} ${unit}`;
  const more =
    target.addedAtMost !== undefined && added
      ? `, ${added.median < 0 ? "−" : "+"}${text(Math.abs(added.median))} ${unit}`
      : "";
  const spread = `${text(ratio.median)} (${text(ratio.p25)}–${text(ratio.p75)})${more}`;
  return `| ${id} | ${what} | ${value(ours)} | ${peer} | ${value(theirs)} | ${spread} | ${pairs} | ${goalOf(target, unit)} | ${held ? "yes" : "no"} | ${at.slice(0, 10)} |`;
}

function goalOf({ atMost, atLeast, oursAtMost, addedAtMost }: Target, unit: string): string {
  const parts = [
    atMost === undefined ? "" : `≤ ${atMost}`,
    atLeast === undefined ? "" : `≥ ${atLeast}`,
    oursAtMost === undefined ? "" : `ours ≤ ${oursAtMost} ${unit}`,
    addedAtMost === undefined ? "" : `≤ +${addedAtMost} ${unit}`,
  ];
  return parts.filter(Boolean).join(", ");
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}
