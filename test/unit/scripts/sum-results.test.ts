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

  async function sum(failedInSecond: number, stepFailed: "0" | "1", testResults: object[] = []) {
    const counts = { numPassedTests: 3, numPendingTests: 1, testResults: [] as object[] };
    const second = { ...counts, success: failedInSecond === 0, numFailedTests: failedInSecond, testResults };
    await writeFile(join(folder, "a.json"), JSON.stringify({ ...counts, success: true, numFailedTests: 0 }));
    await writeFile(join(folder, "b.json"), JSON.stringify(second));
    const { stdout, status } = spawnSync(process.execPath, ["scripts/sum-results.ts", folder, stepFailed]);
    return { lines: String(stdout).trimEnd().split("\n"), status };
  }

  it("ends with one plain line, and says before it what was left out", async () => {
    expect(await sum(0, "0")).toEqual({ lines: ["2 skipped", "6 passed, 0 failed"], status: 0 });
    expect(await sum(2, "0")).toEqual({ lines: ["2 skipped", "6 passed, 2 failed"], status: 1 });
  });

  it("names before it what failed, a test or a file that could not be loaded", async () => {
    const name = join(process.cwd(), "test/unit/a.test.ts");
    const passed = { status: "passed", fullName: "a holds", failureMessages: [] };
    const failed = { status: "failed", fullName: "a breaks", failureMessages: [`wrong${" and so on".repeat(100)}`] };
    const unloaded = {
      name: join(process.cwd(), "test/unit/b.test.ts"),
      message: "no such module",
      assertionResults: [],
    };
    const results = [{ name, message: "", assertionResults: [passed, failed] }, unloaded];
    const [first = "", ...rest] = (await sum(1, "0", results)).lines;
    expect(first.slice(0, 47)).toBe("failed: test/unit/a.test.ts: a breaks: wrong an");
    expect(first.length).toBeLessThan(600);
    expect(rest).toEqual(["failed: test/unit/b.test.ts: no such module", "2 skipped", "6 passed, 1 failed"]);
  });

  it("counts a step that failed without a test as one", async () => {
    expect(await sum(0, "1")).toEqual({ lines: ["2 skipped", "6 passed, 1 failed"], status: 1 });
  });
});
