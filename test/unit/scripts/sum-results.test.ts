import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

/** The last lines of CI, which a program reads. */
describe("the sum of all suites", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "ocmt-sums-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function sum(failedInSecond: number, stepFailed: "0" | "1") {
    const counts = { numPassedTests: 3, numPendingTests: 1 };
    const second = { ...counts, success: failedInSecond === 0, numFailedTests: failedInSecond };
    await writeFile(join(folder, "a.json"), JSON.stringify({ ...counts, success: true, numFailedTests: 0 }));
    await writeFile(join(folder, "b.json"), JSON.stringify(second));
    const { stdout, status } = spawnSync(process.execPath, ["scripts/sum-results.ts", folder, stepFailed]);
    return { lines: String(stdout).trimEnd().split("\n"), status };
  }

  it("ends with one plain line, and says before it what was left out", async () => {
    expect(await sum(0, "0")).toEqual({ lines: ["2 skipped", "6 passed, 0 failed"], status: 0 });
    expect(await sum(2, "0")).toEqual({ lines: ["2 skipped", "6 passed, 2 failed"], status: 1 });
  });

  it("counts a step that failed without a test as one", async () => {
    expect(await sum(0, "1")).toEqual({ lines: ["2 skipped", "6 passed, 1 failed"], status: 1 });
  });
});
