/**
 * Names what failed and sums the result files of vitest into the one line CI ends with.
 * Run by `.ci/run` alone: node scripts/sum-results.ts <folder of json files> <0 | 1: a step failed>
 */
import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import * as z from "zod";

const Test = z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() });
const Results = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ name: z.string(), message: z.string(), assertionResults: z.array(Test) })),
});

const SHOWN_CHARS = 500;

const [folder = "", stepFailed = "1"] = process.argv.slice(2);
const files = readdirSync(folder);
const all = files.map((file) => Results.parse(JSON.parse(readFileSync(`${folder}/${file}`, "utf8"))));
const sum = (pick: (result: z.infer<typeof Results>) => number): number =>
  all.reduce((total, result) => total + pick(result), 0);

for (const { name, message, assertionResults } of all.flatMap(({ testResults }) => testResults)) {
  const file = relative(process.cwd(), name);
  if (message) console.log(`failed: ${file}: ${message}`);
  for (const { status, fullName, failureMessages } of assertionResults) {
    if (status === "failed")
      console.log(`failed: ${file}: ${fullName}: ${failureMessages?.[0]?.slice(0, SHOWN_CHARS)}`);
  }
}
const failed = sum((result) => result.numFailedTests);
const broken = stepFailed === "1" || files.length === 0 || all.some((result) => !result.success);
console.log(`${sum((r) => r.numPendingTests)} skipped`);
console.log(`${sum((r) => r.numPassedTests)} passed, ${broken ? Math.max(1, failed) : failed} failed`);
process.exitCode = broken ? 1 : 0;
