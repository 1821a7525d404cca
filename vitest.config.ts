import { defineConfig } from "vitest/config";

/** One project per kind of test; `package.json` says which run together. */
const project = (name: string, more: object = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...more },
});

/** These share one running product, so their files run one after another. */
const together = {
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 300_000,
  globalSetup: "test/support/start-product.ts",
};

const keepingLogs = { setupFiles: "test/support/keep-logs.ts" };

export default defineConfig({
  test: {
    silent: "passed-only",
    projects: [
      project("unit", keepingLogs),
      project("architecture"),
      project("security", keepingLogs),
      // one worker without isolation: a stage is synthesised once for all files
      project("infra", { isolate: false, fileParallelism: false, testTimeout: 60_000, hookTimeout: 120_000 }),
      project("integration", together),
      project("e2e", together),
    ],
  },
});
