import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The file that runs the tests of all others, for Stryker, comes when they have been collected. */
class KeptLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isKept = ({ moduleId }: TestSpecification) => Number(moduleId.endsWith("/kept.test.ts"));
    return files.toSorted((a, b) => isKept(a) - isKept(b));
  }
}

/**
 * What Stryker runs against each change that it makes to shared/crypto: the tests beside this file, with samples in place of every bit.
 * Without those that compare libraries with each other, and without the page of formats: they hold whatever our own code does.
 */
export default defineConfig({
  test: {
    env: { OCMT_RUNS: "20", OCMT_SEED: "1" },
    setupFiles: "test/support/use-seed.ts",
    runner: "test/support/mutation/keeper.ts",
    include: ["test/unit/crypto/**/*.test.ts", "test/support/mutation/kept.test.ts"],
    exclude: ["**/{alterations,argon2,fuzz,cross-library,formats-doc,libsodium,vectors}.test.ts"],
    testTimeout: 60_000,
    isolate: false,
    fileParallelism: false,
    sequence: { sequencer: KeptLast },
  },
});
