import type { Reporter, TestCase, TestModule } from "vitest/node";
import { ALL_CASES } from "./cases.ts";
import { idsIn, readNamed } from "./named.ts";

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
    console.log(`\n${tableOf(counts)}`);
  }
}

/** That a test exists is no try of the attack: K06 counts for itself alone. */
function idsTriedBy({ fullName }: TestCase): string[] {
  const ids = idsIn(fullName);
  return ids.includes("K06") ? ["K06"] : ids;
}

function tableOf(counts: ReadonlyMap<string, Counts>): string {
  const named = readNamed();
  const rows = Object.entries(ALL_CASES).map(([id, what]) => {
    const { passed = 0, failed = 0 } = counts.get(id) ?? {};
    return { id, what, passed, failed, isNamed: named.has(id) };
  });
  const ran = rows.filter(({ passed, failed }) => passed + failed > 0);
  const elsewhere = rows.filter(({ passed, failed, isNamed }) => passed + failed === 0 && isNamed);
  const none = rows.filter(({ isNamed }) => !isNamed);
  const lines = ran.map(({ id, what, passed, failed }) => {
    const result = failed > 0 ? `FAILED ${failed} of ${passed + failed}` : `passed ${passed}`;
    return `${id.padEnd(5)} ${result.padEnd(16)} ${what}`;
  });
  return [
    ...lines,
    `${ran.length} ids tried, ${ran.filter(({ failed }) => failed > 0).length} failed`,
    `named by tests that were not run here (those of the running product: npm run test:integration): ${idsOf(elsewhere)}`,
    `named by no test: ${idsOf(none)}`,
  ].join("\n");
}

const idsOf = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join(" ") || "none";
