import type { AnyChange, Item } from "#platform/tables/change.ts";
import type { Rows } from "#platform/tables/rows.ts";
import type { MemoryStore } from "#test/support/memory-store.ts";

/** What DynamoDB would charge, by its published rule: 4 KB a read unit, 1 KB a write unit, twice that within a transaction. */
export interface Units {
  read: number;
  write: number;
}

/** From now on everything that is read from or written to the tables in memory is counted. */
export function countUnits(store: MemoryStore): Units {
  const units: Units = { read: 0, write: 0 };
  const readerOf = store.reader.bind(store);
  const write = store.write.bind(store);
  store.reader = (pk, now) => counted(readerOf(pk, now), units);
  store.write = async (tenantPk, changes) => {
    units.write += changes.reduce((sum, change) => sum + unitsOfChange(change), 0) * (changes.length > 1 ? 2 : 1);
    await write(tenantPk, changes);
  };
  return units;
}

function counted(rows: Rows, units: Units): Rows {
  const read = (bytes: number) => {
    units.read += Math.max(1, Math.ceil(bytes / 4096));
  };
  return {
    async get(sk) {
      const row = await rows.get(sk);
      read(sizeOf(row));
      return row;
    },
    async *list(prefix) {
      let bytes = 0;
      for await (const row of rows.list(prefix)) {
        bytes += sizeOf(row);
        yield row;
      }
      read(bytes);
    },
    async page(prefix, options) {
      const page = await rows.page(prefix, options);
      read(page.items.reduce((sum, row) => sum + sizeOf(row), 0)); // a query is charged for its sum
      return page;
    },
  };
}

const sizeOf = (row: Item | undefined): number => (row ? JSON.stringify(row).length : 0);

const unitsOfChange = (change: AnyChange): number => Math.max(1, Math.ceil(JSON.stringify(change).length / 1024));
