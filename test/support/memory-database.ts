import type { Database } from "#shared/client/device/database.ts";

/** What a device keeps, for as long as the test runs. */
export function makeMemoryDatabase(): Database {
  const kept = new Map<string, unknown>();
  return {
    get: async <T>(name: string) => structuredClone(kept.get(name)) as T | undefined, // as any store: the reader knows what it put
    put: async (name, value) => void kept.set(name, structuredClone(value)),
    async change<T>(name: string, next: (value: T | undefined) => T) {
      const value = next(structuredClone(kept.get(name)) as T | undefined);
      kept.set(name, structuredClone(value));
      return value;
    },
    remove: async (name) => void kept.delete(name),
    list: async <T>(prefix: string) =>
      [...kept.keys()]
        .filter((name) => name.startsWith(prefix))
        .toSorted()
        .map((name) => kept.get(name) as T),
  };
}
