/** A value that changes as a whole, for useSyncExternalStore. */
export interface Store<T> {
  get(): T;
  change(change: (value: T) => T): void;
  subscribe(onChange: () => void): () => void;
}

export function makeStore<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    change(change) {
      const next = change(value);
      if (next === value) return;
      value = next;
      for (const tell of [...listeners]) tell();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
  };
}
