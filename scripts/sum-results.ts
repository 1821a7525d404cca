/**
 * Sums the result files of vitest into the one line CI ends with.
 * Run by `.ci/run` alone: node scripts/sum-results.ts <folder of json files> <0 | 1: a step failed>
 */
import { readdirSync, readFileSync } from "node:fs";
import * as z from "zod";

const Results = z.object({
  success: z.boolean(),
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
});

const [folder = "", stepFailed = "1"] = process.argv.slice(2);
const files = readdirSync(folder);
const all = files.map((file) => Results.parse(JSON.parse(readFileSync(`${folder}/${file}`, "utf8"))));
const sum = (pick: (result: z.infer<typeof Results>) => number): number =>
  all.reduce((total, result) => total + pick(result), 0);

const failed = sum((result) => result.numFailedTests);
const broken = stepFailed === "1" || files.length === 0 || all.some((result) => !result.success);
console.log(`${sum((r) => r.numPendingTests)} skipped`);
console.log(`${sum((r) => r.numPassedTests)} passed, ${broken ? Math.max(1, failed) : failed} failed`);
process.exitCode = broken ? 1 : 0;
