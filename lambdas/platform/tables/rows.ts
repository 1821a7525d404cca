import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { AppError } from "#shared/errors.ts";
import type { Item } from "./change.ts";
import type { Client } from "./client.ts";

export const TENANT_INDEX = "by-tenant"; // keys gsiPk, gsiSk; every gsiPk starts with the tenant

export interface PageOptions {
  readonly limit: number;
  readonly cursor?: string | undefined; // a position that an earlier page answered as `next`
  readonly descending?: boolean;
  readonly index?: string; // read by this index; the prefix is then of its keys
}

export interface Page {
  readonly items: Item[];
  readonly next: string | null;
}

/** Reading one partition. A row whose `ttlSeconds` is past is not there, whether or not it was removed yet. */
export interface Rows {
  get(sk: string): Promise<Item | undefined>;
  list(prefix: string): AsyncIterable<Item>;
  page(prefix: string, options: PageOptions): Promise<Page>;
}

interface Partition {
  readonly client: Client;
  readonly tableName: string;
  readonly pk: string;
  readonly now: () => Date;
}

export function readRows(partition: Partition): Rows {
  const { client, tableName, pk, now } = partition;
  return {
    async get(sk) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item && isAlive(Item, now()) ? withoutKeys(Item) : undefined;
    },

    async *list(prefix) {
      let from: string | null = null;
      do {
        const page: Page = await readPage(partition, prefix, { limit: 1000, ...(from ? { cursor: from } : {}) });
        yield* page.items;
        from = page.next;
      } while (from);
    },

    page: (prefix, options) => readPage(partition, prefix, options),
  };
}

async function readPage(
  { client, tableName, pk, now }: Partition,
  prefix: string,
  options: PageOptions,
): Promise<Page> {
  const { limit, descending = false, index } = options;
  const keys = index === undefined ? { pk: "pk", sk: "sk" } : { pk: "gsiPk", sk: "gsiSk" };
  const partitionKey = index === undefined ? pk : indexPartition(pk, index);
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: "#pk = :pk AND begins_with(#sk, :prefix)",
      ExpressionAttributeNames: { "#pk": keys.pk, "#sk": keys.sk },
      ExpressionAttributeValues: { ":pk": partitionKey, ":prefix": prefix },
      ScanIndexForward: !descending,
      Limit: limit + 1, // one more tells whether there is a next page
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: TENANT_INDEX }),
      ...(options.cursor ? { ExclusiveStartKey: startKey(pk, partitionKey, prefix, options) } : {}),
    }),
  );
  const found = Items.slice(0, limit);
  const last = Items.length > limit ? found.at(-1) : LastEvaluatedKey; // a query ends early at 1 MB
  return {
    items: found.filter((item) => isAlive(item, now())).map(withoutKeys),
    next: last ? positionOf(last, index) : null,
  };
}

/** A position is the row's key; by an index, the index's key and the row's own. */
export const positionOf = (item: Item, index: string | undefined): string =>
  index === undefined ? String(item["sk"]) : JSON.stringify([item["gsiSk"], item["sk"]]);

/** @throws request.cursor_invalid for a position outside what is being listed */
export function readPosition(position: string, prefix: string, index: string | undefined): [string, string] {
  const [listed, own] = index === undefined ? [position, position] : (JSON.parse(position) as [string, string]); // our own text, sealed since
  if (!listed.startsWith(prefix)) throw new AppError("request.cursor_invalid");
  return [listed, own];
}

function startKey(pk: string, partitionKey: string, prefix: string, { cursor = "", index }: PageOptions): Item {
  const [listed, own] = readPosition(cursor, prefix, index);
  return index === undefined ? { pk, sk: own } : { pk, sk: own, gsiPk: partitionKey, gsiSk: listed };
}

export const indexPartition = (pk: string, index: string): string => `${pk}#${index}`;

export const isAlive = (item: Item, now: Date): boolean =>
  typeof item["ttlSeconds"] !== "number" || item["ttlSeconds"] * 1000 > now.getTime();

export function withoutKeys(item: Item): Item {
  const { pk: _pk, gsiPk: _gsiPk, gsiSk: _gsiSk, ...rest } = item;
  return rest;
}
