import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createVitest, type Vitest } from "vitest/node";
import { type Answer, type Ask, CHANNEL } from "./words.ts";

const CONFIG = "test/unit/crypto/mutation.config.ts";

interface MutantRun {
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly activeMutant: { readonly id: string };
  readonly mutantActivation: "runtime" | "static";
}

/** In Stryker's copy of the project: how long each test takes with nothing changed, for a runner that begins after another was stopped. */
const TIMES = "test-times.json";

/** Read by the instrumented code of a worker that begins: the change that is there from the start. */
const FROM_THE_START = "__STRYKER_ACTIVE_MUTANT__";

/**
 * A test runner for Stryker that loads the tests once and runs them again for each change, in one process: what is usually most of the
 * time, importing a few hundred modules for every change, falls away. A test that a change has spoilt for good is found by running it
 * once more with nothing changed; then everything is loaded anew and the change is tried again. A change to what is computed when a
 * module loads takes a load of its own.
 */
class KeptRunner {
  readonly #channel = new BroadcastChannel(CHANNEL);
  #vitest: Vitest | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #hear: (answer: Answer) => void = () => {};
  #ms = new Map<string, number>();

  constructor() {
    this.#channel.onmessage = ({ data }) => this.#hear(data as Answer); // only kept.test.ts answers
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    if (existsSync(TIMES)) this.#ms = new Map(JSON.parse(readFileSync(TIMES, "utf8")) as [string, number][]); // as written below
    this.#vitest = await createVitest("test", {
      config: CONFIG,
      watch: false,
      pool: "threads",
      maxWorkers: 1,
      reporters: [{}],
      onConsoleLog: () => false,
    });
    const broken = await this.#load();
    if (broken.length > 0) throw new Error(`not loaded: ${broken.join(", ")}`);
  }

  /** @returns the files that could not be collected */
  async #load(mutant?: string): Promise<readonly string[]> {
    const ready = this.#answer();
    this.#vitest?.state.filesMap.clear();
    if (mutant === undefined) delete process.env[FROM_THE_START];
    else process.env[FROM_THE_START] = mutant;
    this.#running = this.#vitest?.start() ?? Promise.resolve();
    const ended = this.#running.then((): Answer => ({ is: "ready", broken: ["all"] }));
    const answer = await Promise.race([ready, ended]);
    return answer.is === "ready" ? answer.broken : [answer.is];
  }

  async #unload(): Promise<void> {
    this.#channel.postMessage({ is: "end" } satisfies Ask);
    await this.#running;
  }

  async dryRun() {
    const answer = await this.#ask({ is: "dry" });
    if (answer.is !== "tried") throw new Error(`not tried: ${JSON.stringify(answer)}`);
    this.#ms = new Map(answer.tests.map(({ id, ms }) => [id, ms]));
    writeFileSync(TIMES, JSON.stringify([...this.#ms]));
    const tests = answer.tests.map(({ id, ms, failure }) => ({
      ...{ id, name: id, timeSpentMs: ms },
      ...(failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure }),
    }));
    return { status: "complete", tests, mutantCoverage: answer.coverage };
  }

  async mutantRun({ testFilter = [...this.#ms.keys()], hitLimit, activeMutant: { id }, mutantActivation }: MutantRun) {
    const tests = testFilter.toSorted((a, b) => (this.#ms.get(a) ?? 0) - (this.#ms.get(b) ?? 0));
    const isStatic = mutantActivation === "static";
    if (tests.length === 0) return { status: "error", errorMessage: "no test to try it with" };
    const ask: Ask = { is: "mutant", id, hitLimit, tests, isStatic };
    if (isStatic) return this.#tryStatic(ask, id);
    const first = await this.#ask(ask);
    if (first.is !== "killed" || !first.isSpoilt) return resultOf(first);
    await this.#reload();
    const second = await this.#ask(ask);
    if (second.is === "killed" && second.isSpoilt) await this.#reload();
    return resultOf(second);
  }

  async #tryStatic(ask: Ask, id: string) {
    const broken = await this.#reload(id);
    const answer = broken.length > 0 ? ({ is: "unloadable", files: broken } as const) : await this.#ask(ask);
    await this.#reload();
    return resultOf(answer);
  }

  async dispose(): Promise<void> {
    await this.#unload();
    this.#channel.close();
    await this.#vitest?.close();
  }

  async #reload(mutant?: string): Promise<readonly string[]> {
    await this.#unload();
    return this.#load(mutant);
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve) => {
      this.#hear = resolve;
    });
  }

  #ask(ask: Ask): Promise<Answer> {
    const answer = this.#answer();
    this.#channel.postMessage(ask);
    return answer;
  }
}

function resultOf(answer: Answer | { readonly is: "unloadable"; readonly files: readonly string[] }) {
  if (answer.is === "unloadable") {
    const failureMessage = `not to be loaded: ${answer.files.join(", ")}`;
    return { status: "killed", killedBy: [], failureMessage, nrOfTests: 0 };
  }
  if (answer.is === "survived") return { status: "survived", nrOfTests: answer.tests };
  if (answer.is === "timeout") return { status: "timeout", reason: "hit limit" };
  if (answer.is === "killed") {
    const { by, failure, tests } = answer;
    return { status: "killed", killedBy: [by], failureMessage: failure, nrOfTests: tests };
  }
  return { status: "error", errorMessage: JSON.stringify(answer) };
}

const make = () => new KeptRunner();
make.inject = [] as const;

/** Read by Stryker. */
export const strykerPlugins = [{ kind: "TestRunner", name: "kept", factory: make }];
