import type { Reporter, TestCase, TestModule } from "vitest/node";
import { idsIn, readNamed } from "./named.ts";
import { tableOf } from "./table.ts";

type Counts = Record<ReturnType<TestCase["result"]>["state"], number>;

/** Prints, behind what failed, one line for each id: how the tests that name it went. */
export class ThreatTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, Counts>();
    for (const test of modules.flatMap(({ children }) => [...children.allTests()]))
      for (const id of new Set(idsTriedBy(test))) {
        const found = counts.get(id) ?? { passed: 0, failed: 0, skipped: 0, pending: 0 };
        found[test.result().state]++;
        counts.set(id, found);
      }
    const named = readNamed();
    console.log(`\n${tableOf(counts, (id) => named.has(id))}`);
  }
}

/** That a test exists is no try of the attack: K06 counts for itself alone. */
function idsTriedBy({ fullName }: TestCase): string[] {
  const ids = idsIn(fullName);
  return ids.includes("K06") ? ["K06"] : ids;
}
