import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { partitionOf } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import type { Tier } from "#shared/quotas.ts";
import type { RunningProduct } from "./product.ts";

/** Another plan for an organisation, by the operator's hand: there is no page to pay on yet. */
export async function setTier({ endpoint, tables }: RunningProduct, tenantId: Id<"tenant">, tier: Tier): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  await client.send(
    new UpdateItemCommand({
      TableName: tables.tenants,
      Key: { pk: { S: partitionOf(tenantId) }, sk: { S: "TENANT" } },
      UpdateExpression: "SET tier = :tier",
      ExpressionAttributeValues: { ":tier": { S: tier } },
    }),
  );
}
