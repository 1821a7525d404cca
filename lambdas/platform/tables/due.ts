import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { readEnv } from "../env.ts";
import type { Client } from "./client.ts";

/**
 * What is due, over all tenants, without a scan. A row that carries `dueShard` ("<what>#<0…7>") and `dueAt` (ISO text)
 * stands in a sparse index; it leaves the index when the two are removed. Only names are read here, never the rows.
 */
const DUE_INDEX = "due"; // keys dueShard, dueAt; projection: keys only
export const DUE_SHARDS = 8;

const Key = z.object({ pk: z.templateLiteral(["TENANT#", z.string()]), sk: z.string(), dueAt: z.string() });

export interface DueRow {
  readonly tenantId: `tnt_${string}`;
  readonly sk: string;
  readonly dueAt: string;
}

export interface DueList {
  list(what: string, shard: number, until: Date): AsyncIterable<DueRow>;
}

/** Which shard a thing belongs to: spread by the last characters of its id, which are chance. */
export const shardOf = (id: string): number => id.charCodeAt(id.length - 1) % DUE_SHARDS;

export function dynamoDueList(client: Client = DynamoDBDocumentClient.from(new DynamoDBClient({}))): DueList {
  const { TABLE_NAME } = readEnv("TABLE_NAME");
  return {
    async *list(what, shard, until) {
      let from: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: TABLE_NAME,
            IndexName: DUE_INDEX,
            KeyConditionExpression: "dueShard = :shard AND dueAt <= :until",
            ExpressionAttributeValues: { ":shard": `${what}#${shard}`, ":until": until.toISOString() },
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
        for (const item of Items) {
          const { pk, sk, dueAt } = Key.parse(item);
          yield { tenantId: idOf("tenant").parse(pk.slice("TENANT#".length)), sk, dueAt };
        }
        from = LastEvaluatedKey;
      } while (from);
    },
  };
}
