import { defineConfig } from "vitest/config";

/** Every branch of shared/crypto is taken by some test of it; those that nobody takes fail the run. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/keep-logs.ts", "test/support/use-seed.ts"],
    globalSetup: "test/support/draw-seed.ts",
    include: ["test/unit/crypto/**/*.test.ts"],
    testTimeout: 60_000,
    coverage: {
      enabled: true,
      provider: "v8",
      include: ["shared/crypto/**/*.ts"],
      reporter: ["text"],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
