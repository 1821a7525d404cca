import type { Id } from "#shared/ids.ts";
import type { AnyChange, Item, Update } from "./change.ts";
import type { Client, TableNames } from "./client.ts";
import { commit, update } from "./commit.ts";
import { type Rows, readRows } from "./rows.ts";

/** One tenant's slice of the table. No key of another tenant can be named through it. */
export interface TenantTable extends Rows {
  /** All of the changes or none of them; those with a `pk` are rows of the directory. */
  write(...changes: readonly AnyChange[]): Promise<void>;
  /** One update by itself; answers the row as it is after it. */
  update(change: Update): Promise<Item>;
}

export function dynamoTable(client: Client, names: TableNames, tenantId: Id<"tenant">, now: () => Date): TenantTable {
  const pk = partitionOf(tenantId);
  return {
    ...readRows({ client, tableName: names.tenants, pk, now }),
    write: (...changes) => commit(client, names, pk, changes),
    update: (change) => update(client, names.tenants, pk, change),
  };
}

/** The only place in the code that builds a tenant's partition key. */
export const partitionOf = (tenantId: Id<"tenant">): `TENANT#${string}` => `TENANT#${tenantId}`;
