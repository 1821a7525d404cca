import { it, type RunnerTask, type RunnerTestCase, type RunnerTestSuite, TestRunner, vi } from "vitest";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import type { kept } from "./keeper.ts";
import { type Answer, type Ask, CHANNEL, type TriedTest } from "./words.ts";

/** What Stryker's instrumented code reads and writes: which change is active, what was reached, how often. */
interface Stryker {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}
const globals = globalThis as { __stryker__?: Stryker; ocmtKept?: typeof kept };
globals.__stryker__ ??= {};
const stryker = globals.__stryker__;

interface KeptTest {
  readonly id: string;
  readonly test: RunnerTestCase;
  readonly suites: readonly RunnerTestSuite[];
}

function* testsIn(suite: RunnerTestSuite, outer: readonly RunnerTestSuite[] = []): Generator<Omit<KeptTest, "id">> {
  const suites = [...outer, suite];
  for (const task of suite.tasks as RunnerTask[]) {
    if (task.type === "suite") yield* testsIn(task, suites);
    else if (TestRunner.getTestFn(task)) yield { test: task, suites };
  }
}

const nameOf = ({ test, suites }: Omit<KeptTest, "id">): string =>
  [...suites.map(({ name }) => name), test.name].join(" > ");

async function run({ test, suites }: KeptTest): Promise<void> {
  globals.ocmtKept?.runner?.onBeforeTryTask(test, { retry: 0, repeats: 0 });
  const hooks = suites.map((suite) => ({ suite, of: TestRunner.getSuiteHooks(suite) }));
  const inward = [...hooks].toReversed();
  try {
    for (const { suite, of } of hooks) for (const hook of of.beforeAll) await hook(suite);
    for (const { suite, of } of hooks) for (const hook of of.beforeEach) await hook(test.context, suite);
    await TestRunner.getTestFn(test)();
  } finally {
    for (const { suite, of } of inward) for (const hook of of.afterEach) await hook(test.context, suite);
    for (const { suite, of } of inward) for (const hook of of.afterAll) await hook(suite);
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    installProvider({});
  }
}

async function failureOf(kept: KeptTest): Promise<string | undefined> {
  try {
    await run(kept);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function tryAll(tests: readonly KeptTest[]): Promise<Answer> {
  const tried: TriedTest[] = [];
  for (const one of tests) {
    stryker.currentTestId = one.id;
    const began = performance.now();
    const failure = await failureOf(one);
    tried.push({ id: one.id, ms: performance.now() - began, failure });
  }
  stryker.currentTestId = undefined;
  return { is: "tried", tests: tried, coverage: stryker.mutantCoverage ?? { static: {}, perTest: {} } };
}

/** One test after another, until one fails. */
async function tryMutant(tests: ReadonlyMap<string, KeptTest>, ask: Extract<Ask, { is: "mutant" }>): Promise<Answer> {
  const chosen = ask.tests.flatMap((id) => tests.get(id) ?? []);
  Object.assign(stryker, { hitCount: 0, hitLimit: ask.hitLimit });
  for (const [i, one] of chosen.entries()) {
    stryker.activeMutant = ask.id;
    const failure = await failureOf(one);
    if (!ask.isStatic) stryker.activeMutant = undefined;
    if (ask.hitLimit !== undefined && Number(stryker.hitCount) > ask.hitLimit) return { is: "timeout" };
    if (failure === undefined) continue;
    const isSpoilt = !ask.isStatic && (await failureOf(one)) !== undefined;
    return { is: "killed", by: one.id, failure, tests: i + 1, isSpoilt };
  }
  return { is: "survived", tests: chosen.length };
}

it("answers until it is ended", async () => {
  const { files = [], runner } = globals.ocmtKept ?? {};
  const tests = new Map<string, KeptTest>();
  for (const file of files) {
    await runner?.prepare(file);
    for (const found of testsIn(file)) {
      const name = nameOf(found);
      const id = tests.has(name) ? `${name} (${tests.size})` : name;
      tests.set(id, { ...found, id });
    }
  }
  const broken = files.filter(({ result }) => result?.state === "fail").map(({ name }) => name);
  const channel = new BroadcastChannel(CHANNEL);
  const say = (answer: Answer) => channel.postMessage(answer);
  await new Promise<void>((end) => {
    channel.onmessage = async ({ data }) => {
      const ask = data as Ask; // only plugin.ts speaks on it
      if (ask.is === "end") end();
      else say(ask.is === "dry" ? await tryAll([...tests.values()]) : await tryMutant(tests, ask));
    };
    say({ is: "ready", broken });
  });
  channel.close();
}, 0);
