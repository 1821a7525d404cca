import { TableBusy } from "#platform/tables/busy.ts";
import type { AnyChange, Item, Scalar, Test, Tests } from "#platform/tables/change.ts";
import {
  indexPartition,
  isAlive,
  type Page,
  type PageOptions,
  positionOf,
  type Rows,
  readPosition,
  withoutKeys,
} from "#platform/tables/rows.ts";
import { AppError } from "#shared/errors.ts";

type Key = string;
const keyOf = (pk: string, sk: string): Key => `${pk}\u0000${sk}`;

/** Both tables in memory: every partition in one map, all conditions checked before anything is written. */
export class MemoryStore {
  readonly rows = new Map<Key, Item>();
  /** How many writes were asked for: tests of coalescing count them. */
  writes = 0;
  reads = 0;
  /** Which writes meet others on their rows until they give up. */
  isBusy: (changes: readonly AnyChange[]) => boolean = () => false;

  async write(tenantPk: string | undefined, changes: readonly AnyChange[]): Promise<void> {
    const placed = changes.map((change) => ({ change, pk: "pk" in change ? change.pk : tenantPk }));
    if (placed.length > 100) throw new Error("a transaction has at most 100 writes");
    const keys = placed.map(({ change, pk }) => keyOf(String(pk), change.sk));
    if (new Set(keys).size < keys.length) throw new Error("a transaction names a row once");
    this.writes++;
    await Promise.resolve(); // a real table never answers in the same turn
    if (this.isBusy(changes)) throw new TableBusy();
    for (const { change, pk } of placed) this.#demand(String(pk), change);
    for (const { change, pk } of placed) this.#apply(String(pk), change);
  }

  reader(pk: string, now: () => Date): Rows {
    const page = async (prefix: string, options: PageOptions) => this.#page(pk, now(), prefix, options);
    return {
      get: async (sk) => {
        this.reads++;
        const row = this.rows.get(keyOf(pk, sk));
        return row && isAlive(row, now()) ? withoutKeys(structuredClone(row)) : undefined;
      },
      async *list(prefix) {
        yield* (await page(prefix, { limit: 100_000 })).items;
      },
      page,
    };
  }

  #page(pk: string, now: Date, prefix: string, { limit, cursor, descending = false, index }: PageOptions): Page {
    this.reads++;
    const [pkName, skName] = index === undefined ? ["pk", "sk"] : ["gsiPk", "gsiSk"];
    const partition = index === undefined ? pk : indexPartition(pk, index);
    const place = (row: Item) => `${row[skName]}\u0000${row["sk"]}`;
    const from = cursor === undefined ? undefined : readPosition(cursor, prefix, index).join("\u0000");
    const after = (row: Item) => from === undefined || (descending ? place(row) < from : place(row) > from);
    const found = [...this.rows.values()]
      .filter((row) => row[pkName] === partition && String(row[skName]).startsWith(prefix) && after(row))
      .sort((a, b) => (place(a) < place(b) === descending ? 1 : -1));
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.filter((row) => isAlive(row, now)).map((row) => withoutKeys(structuredClone(row))),
      next: last ? positionOf(last, index) : null,
    };
  }

  #demand(pk: string, change: AnyChange): void {
    const row = this.rows.get(keyOf(pk, change.sk));
    if (holds(row, change)) return;
    throw new AppError(row ? change.otherwise : (change.missing ?? change.otherwise));
  }

  #apply(pk: string, change: AnyChange): void {
    const key = keyOf(pk, change.sk);
    const indexed =
      "index" in change && change.index ? { gsiPk: indexPartition(pk, change.index.name), gsiSk: change.index.sk } : {};
    const own = { pk, sk: change.sk };
    if (change.do === "insert" || change.do === "put") {
      this.rows.set(key, stored({ ...change.item, ...indexed, ...own }));
    } else if (change.do === "delete") {
      this.rows.delete(key);
    } else if (change.do === "update") {
      const row = { ...this.rows.get(key), ...stored({ ...change.set, ...indexed }), ...own } as Item;
      for (const [name, amount] of Object.entries(change.add ?? {})) row[name] = Number(row[name] ?? 0) + amount;
      for (const name of change.remove ?? []) delete row[name];
      this.rows.set(key, row);
    }
  }
}

/** As DynamoDB keeps it: a copy, without what is undefined. */
const stored = (item: Item): Item =>
  structuredClone(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)));

function holds(row: Item | undefined, change: AnyChange): boolean {
  if (change.do === "insert" || (change.do === "check" && change.absent)) return row === undefined;
  if (row === undefined) return change.orMissing === true;
  return Object.entries(change.if ?? ({} as Tests)).every(([name, test]) => passes(row[name], test));
}

function passes(value: unknown, test: Test): boolean {
  if (typeof test !== "object" || test === null) return value === test;
  if ("absent" in test) return value === undefined;
  if ("in" in test) return test.in.includes(value as Scalar);
  if ("not" in test) return value !== test.not;
  const [[word, bound] = ["", 0]] = Object.entries(test) as [string, number | string][];
  if (typeof value !== typeof bound) return false;
  const left = value as number; // compared with a bound of its own type, either numbers or texts
  const right = bound as number;
  if (word === "lt") return left < right;
  if (word === "lte") return left <= right;
  return word === "gt" ? left > right : left >= right;
}
