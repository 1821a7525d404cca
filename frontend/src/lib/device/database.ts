import type { Database } from "#shared/client/device/database.ts";

const STORE = "kept";

/** What this browser keeps, in IndexedDB. */
export function openDatabase(name = "ocmt"): Database {
  let opened: Promise<IDBDatabase> | undefined;
  const open = () => {
    opened ??= connect(name).catch((error: unknown) => {
      opened = undefined; // a private window may refuse once and not the next time
      throw error;
    });
    return opened;
  };
  const run = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const store = (await open()).transaction(STORE, mode).objectStore(STORE);
    return settled(act(store));
  };
  return {
    get: (key) => run("readonly", (store) => store.get(key)),
    async put(key, value) {
      await run("readwrite", (store) => store.put(value, key));
    },
    async change(key, next) {
      const store = (await open()).transaction(STORE, "readwrite").objectStore(STORE); // one transaction holds both
      const value = next(await settled(store.get(key)));
      await settled(store.put(value, key));
      return value;
    },
    async remove(key) {
      await run("readwrite", (store) => store.delete(key));
    },
    list: (prefix) => run("readonly", (store) => store.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
  };
}

function connect(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("this browser keeps nothing"));
  });
}
