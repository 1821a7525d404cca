import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { partitionOf } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import type { RunningProduct } from "./product.ts";

interface Attribute {
  readonly tid: Id<"tenant">;
  readonly sk: string;
  readonly name: string;
}

/** One text in a row that is there, by the operator's hand. @returns what it was */
export async function setAttribute(
  { endpoint, tables }: RunningProduct,
  { tid, sk, name }: Attribute,
  value: string,
): Promise<string> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: tables.tenants,
      Key: { pk: { S: partitionOf(tid) }, sk: { S: sk } },
      UpdateExpression: "SET #name = :value",
      ConditionExpression: "attribute_exists(sk)",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": { S: value } },
      ReturnValues: "UPDATED_OLD",
    }),
  );
  return Attributes?.[name]?.S ?? "";
}
