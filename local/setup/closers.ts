/** What was opened, to be closed in the opposite order, once, whatever goes wrong on the way. */
export interface Closers {
  add(close: () => Promise<void>): void;
  closeAll(): Promise<void>;
}

export function closers(): Closers {
  const open: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (let close = open.pop(); close; close = open.pop())
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, "Not everything could be put away.");
  };
  return {
    add: (close) => void open.push(close),
    closeAll: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
