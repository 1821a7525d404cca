import { setTimeout as wait } from "node:timers/promises";
import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "#shared/errors.ts";
import { TableBusy } from "./busy.ts";
import type { AnyChange, Item, Update } from "./change.ts";
import type { Client, TableNames } from "./client.ts";
import { toTransactItem } from "./expression.ts";

const TRIES = 8;

/** All of the changes, in whichever of the two tables they lie, or none. A single change needs no transaction. */
export async function commit(
  client: Client,
  names: TableNames,
  tenantPk: string | undefined,
  changes: readonly AnyChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const items = changes.map((change) => {
    if ("pk" in change) return toTransactItem(names.directory, change.pk, change);
    if (tenantPk === undefined) throw new Error("commit: a tenant's row without a tenant");
    return toTransactItem(names.tenants, tenantPk, change);
  });
  const [only] = items;
  const alone = items.length === 1 && only && !only.ConditionCheck;
  await patiently(changes, () =>
    alone ? sendOne(client, only) : client.send(new TransactWriteCommand({ TransactItems: items })),
  );
}

/** One update outside any transaction; answers the row as it is after it. */
export async function update(client: Client, tableName: string, pk: string, change: Update): Promise<Item> {
  const { Update: request } = toTransactItem(tableName, pk, change);
  if (!request) throw new Error("update: not an update");
  let item: Item = {};
  await patiently([change], async () => {
    const { Attributes } = await client.send(new UpdateCommand({ ...request, ReturnValues: "ALL_NEW" }));
    const { pk: _pk, gsiPk: _gsiPk, gsiSk: _gsiSk, ...rest } = Attributes ?? {};
    item = rest;
  });
  return item;
}

function sendOne(client: Client, { Put, Update, Delete }: ReturnType<typeof toTransactItem>): Promise<unknown> {
  if (Put) return client.send(new PutCommand(Put));
  if (Update) return client.send(new UpdateCommand(Update));
  return client.send(new DeleteCommand(Delete ?? { TableName: undefined, Key: undefined }));
}

/** Two transactions that meet on a row refuse each other: that says nothing about the condition, so it is tried again. */
async function patiently(changes: readonly AnyChange[], send: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await send();
      return;
    } catch (error) {
      const refused = refusal(error, changes);
      if (refused) throw refused;
      if (!isConflict(error)) throw error;
      if (attempt === TRIES) throw new TableBusy("", { cause: error });
      await wait(2 ** attempt * (5 + Math.random() * 5));
    }
  }
}

/** The failure named by the first change whose condition did not hold. */
function refusal(error: unknown, changes: readonly AnyChange[]): AppError | undefined {
  const reasons = reasonsOf(error);
  const at = reasons.findIndex(({ Code }) => Code === "ConditionalCheckFailed");
  const change = changes[at];
  if (!change) return undefined;
  const code = reasons[at]?.Item ? change.otherwise : (change.missing ?? change.otherwise);
  return new AppError(code, { cause: error });
}

function reasonsOf(error: unknown): readonly { readonly Code?: string | undefined; readonly Item?: unknown }[] {
  if (error instanceof ConditionalCheckFailedException) return [{ Code: "ConditionalCheckFailed", Item: error.Item }];
  if (error instanceof TransactionCanceledException) return error.CancellationReasons ?? [];
  return [];
}

const isConflict = (error: unknown): boolean =>
  error instanceof TransactionConflictException || reasonsOf(error).some(({ Code }) => Code === "TransactionConflict");
