import { ALL_CASES } from "./cases.ts";

/** How the tests that name one id went. `pending` are those that a run was broken off before. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly pending: number;
}

/** @param isNamed whether any test there is names this id, be it run here or not */
export function tableOf(counts: ReadonlyMap<string, Counts>, isNamed: (id: string) => boolean): string {
  const rows = Object.entries(ALL_CASES).map(([id, what]) => {
    const { passed = 0, failed = 0, skipped = 0, pending = 0 } = counts.get(id) ?? {};
    return { id, what, passed, failed, tried: passed + failed, skipped: skipped + pending };
  });
  const shown = rows.filter(({ tried, skipped }) => tried + skipped > 0);
  const tried = rows.filter((row) => row.tried > 0);
  const elsewhere = rows.filter((row) => !shown.includes(row) && isNamed(row.id));
  const untried = shown.filter((row) => row.tried === 0);
  return [
    ...shown.map((row) => `${row.id.padEnd(5)} ${resultOf(row).padEnd(28)} ${row.what}`),
    `${tried.length} ids tried, ${tried.filter(({ failed }) => failed > 0).length} failed`,
    `whose tests were all skipped: ${idsOf(untried)}`,
    `named by tests that were not run here (those of the running product: npm run test:integration): ${idsOf(elsewhere)}`,
    `named by no test: ${idsOf(rows.filter(({ id }) => !isNamed(id)))}`,
  ].join("\n");
}

/** Skipped is nothing passed: a test that has nothing to try for a route, or whose vectors are not there. */
function resultOf({ passed, failed, tried, skipped }: Record<"passed" | "failed" | "tried" | "skipped", number>) {
  const ran = failed > 0 ? `FAILED ${failed} of ${tried}` : `passed ${passed}`;
  return [...(tried > 0 ? [ran] : []), ...(skipped > 0 ? [`skipped ${skipped}`] : [])].join(", ");
}

const idsOf = (rows: readonly { readonly id: string }[]): string => rows.map(({ id }) => id).join(" ") || "none";
