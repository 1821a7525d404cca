import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Those that try everything on everything: what only they notice is little, and takes them a second or more. */
const LAST = ["frozen", "separation", "file", "slots", "shares", "recovery-key", "alterations", "fuzz"];

/** The quick files first: most changes are noticed there, and the first failure ends a run. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LAST.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
    return (await super.sort(files)).toReversed().toSorted((a, b) => place(a) - place(b));
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
    include: ["test/unit/crypto/**/*.test.ts"],
    exclude: ["**/{argon2,cross-library,formats-doc,libsodium,vectors}.test.ts"],
    testTimeout: 60_000,
    isolate: false,
    sequence: { sequencer: QuickFirst },
  },
});
