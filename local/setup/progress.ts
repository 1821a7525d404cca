/** Tells the person at the terminal what was reached, one line a step, with the seconds since the start. */
export interface Progress {
  say(line: string): void;
  /** Runs the work and says its name when it is done, with the time it took. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export function startProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  const begun = now();
  const running = new Set<string>();
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  // On a terminal the last line shows what is being waited for; in a log file there is nothing to overwrite.
  const showRunning = () => {
    if (terminal.isTTY && running.size > 0) terminal.write(`\r\x1b[K           ${[...running].join(" · ")} …`);
  };
  const say = (line: string) => {
    terminal.write(`${terminal.isTTY ? "\r\x1b[K" : ""}${seconds(now() - begun).padStart(9)}  ${line}\n`);
    showRunning();
  };
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const from = now();
    running.add(name);
    showRunning();
    const result = await work().finally(() => running.delete(name));
    say(`${name} (${seconds(now() - from)})`);
    return result;
  };
  return { say, step };
}

/** For tests and tools that start the product themselves. */
export const silent: Progress = { say: () => {}, step: (_name, work) => work() };
