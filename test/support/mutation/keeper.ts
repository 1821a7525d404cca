import { type RunnerTestFile, type RunnerTestSuite, TestRunner } from "vitest";

const KEPT = "kept.test.ts";
/** The files that were collected, for kept.test.ts, which comes last. */
export const kept: { runner: Keeper | undefined; readonly files: RunnerTestFile[] } = { runner: undefined, files: [] };
(globalThis as { ocmtKept?: typeof kept }).ocmtKept ??= kept; // each file is imported anew, and the list has to be one

/** Collects every file and runs none but the last: that one runs the tests of all others, as often as it is asked to. */
export default class Keeper extends TestRunner {
  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    const list = (globalThis as { ocmtKept?: typeof kept }).ocmtKept ?? kept;
    list.runner = this;
    if ("filepath" in suite && !String(suite.filepath).endsWith(KEPT)) {
      list.files.push(suite as RunnerTestFile); // only files have a path
      suite.mode = "skip";
    }
    await super.onBeforeRunSuite(suite);
  }

  /** What `expect` has to know of a file before its tests run, here as if it were not left out. */
  async prepare(file: RunnerTestFile): Promise<void> {
    await super.onBeforeRunSuite({ ...file, mode: "run" });
  }
}
