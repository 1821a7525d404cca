import { defineConfig } from "vitest/config";

/** One project per kind of test; `package.json` says which run together. */
const project = (name: string, more: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...more },
});

/** One file after another; vitest wants such a project in a group of its own. */
const alone = { fileParallelism: false, sequence: { groupOrder: 1 } };

/** These share one running product, so their files run one after another. */
const together = {
  ...alone,
  testTimeout: 120_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 30_000 } },
  globalSetup: "test/support/start-product.ts",
};

/** By night properties are tried more often (test/support/runs.ts), and may take as much longer. */
const longer = Math.max(1, Number(process.env["OCMT_RUNS"] ?? 1000) / 1000);

const inProcess = {
  expect: { poll: { timeout: 8_000, interval: 20 } },
  testTimeout: 30_000 * longer, // a busy machine fails no test; those that wait for something say how long
  setupFiles: ["test/support/keep-logs.ts", "test/support/use-seed.ts"],
  globalSetup: "test/support/draw-seed.ts",
};

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      project("unit", inProcess),
      project("architecture"),
      project("security", inProcess),
      // one worker without isolation, after the others: a stage is synthesised once for all files
      project("infra", { ...alone, isolate: false, testTimeout: 60_000, hookTimeout: 120_000 }),
      project("integration", { ...together, exclude: ["test/integration/kills.test.ts"] }),
      project("kills", { ...together, include: ["test/integration/kills.test.ts"] }),
      project("e2e", { ...together, exclude: ["test/e2e/screens.test.ts"] }),
      project("screens", {
        include: ["test/e2e/screens.test.ts"],
        sequence: { groupOrder: 2 },
        testTimeout: 400_000,
        globalSetup: "test/support/serve-web.ts",
      }),
    ],
  },
});
