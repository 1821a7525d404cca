import { mergeConfig } from "vitest/config";
import usual from "../../../vitest.config.ts";
import { ThreatTable } from "./reporter.ts";

/** Every test whose title names an id, of the projects that need no running product; then the table. */
export default mergeConfig(usual, {
  test: {
    testNamePattern: /\b([A-K]\d{2}|(BW|LP|DL|1P)\d{2})\b/,
    reporters: ["dot", new ThreatTable()],
  },
});
