import { createVitest, type Vitest } from "vitest/node";
import { type Answer, type Ask, CHANNEL } from "./words.ts";

const CONFIG = "test/unit/crypto/mutation.config.ts";

interface MutantRun {
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly activeMutant: { readonly id: string };
}

/**
 * A test runner for Stryker that loads the tests once and runs them again for each change, in one process: what is usually most of the
 * time, importing a few hundred modules for every change, falls away. A test that a change has spoilt for good is found by running it
 * once more with nothing changed; then everything is loaded anew and the change is tried again.
 */
class KeptRunner {
  readonly #channel = new BroadcastChannel(CHANNEL);
  #vitest: Vitest | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #hear: (answer: Answer) => void = () => {};

  constructor() {
    this.#channel.onmessage = ({ data }) => this.#hear(data as Answer); // only kept.test.ts answers
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    this.#vitest = await createVitest("test", {
      config: CONFIG,
      watch: false,
      pool: "threads",
      maxWorkers: 1,
      reporters: [{}],
      onConsoleLog: () => false,
    });
    await this.#load(this.#vitest);
  }

  async #load(vitest: Vitest): Promise<void> {
    const ready = this.#answer();
    vitest.state.filesMap.clear();
    this.#running = vitest.start();
    const answer = await ready;
    if (answer.is !== "ready" || answer.broken.length > 0) throw new Error(`not loaded: ${JSON.stringify(answer)}`);
  }

  async #unload(): Promise<void> {
    this.#channel.postMessage({ is: "end" } satisfies Ask);
    await this.#running;
  }

  async dryRun() {
    const answer = await this.#ask({ is: "dry" });
    if (answer.is !== "tried") throw new Error(`not tried: ${JSON.stringify(answer)}`);
    const tests = answer.tests.map(({ id, ms, failure }) => ({
      ...{ id, name: id, timeSpentMs: ms },
      ...(failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure }),
    }));
    return { status: "complete", tests, mutantCoverage: answer.coverage };
  }

  async mutantRun({ testFilter = [], hitLimit, activeMutant }: MutantRun) {
    const ask: Ask = { is: "mutant", id: activeMutant.id, hitLimit, tests: testFilter };
    const first = await this.#ask(ask);
    if (first.is !== "killed" || !first.isSpoilt) return resultOf(first);
    await this.#reload();
    const second = await this.#ask(ask);
    if (second.is === "killed" && second.isSpoilt) await this.#reload();
    return resultOf(second);
  }

  async dispose(): Promise<void> {
    await this.#unload();
    this.#channel.close();
    await this.#vitest?.close();
  }

  async #reload(): Promise<void> {
    await this.#unload();
    if (this.#vitest) await this.#load(this.#vitest);
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

function resultOf(answer: Answer) {
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
