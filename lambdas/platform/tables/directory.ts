import type { DirectoryChange, DirectoryKey, Item, Update } from "./change.ts";
import type { Client, TableNames } from "./client.ts";
import { commit, update } from "./commit.ts";
import { type Rows, readRows } from "./rows.ts";

/** What is known before a tenant is: who an address, a session, a key, a ticket belongs to. The same grammar, no tenant. */
export interface Directory {
  at(pk: DirectoryKey): Rows;
  write(...changes: readonly DirectoryChange[]): Promise<void>;
  update(change: Update & { readonly pk: DirectoryKey }): Promise<Item>;
}

export function dynamoDirectory(client: Client, names: TableNames, now: () => Date): Directory {
  return {
    at: (pk) => readRows({ client, tableName: names.directory, pk, now }),
    write: (...changes) => commit(client, names, undefined, changes),
    update: (change) => update(client, names.directory, change.pk, change),
  };
}
