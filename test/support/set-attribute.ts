import { type AttributeValue, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { partitionOf } from "#platform/tables/table.ts";
import type { Me } from "#shared/contracts/identity.ts";
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
  const place = { table: tables.tenants, pk: partitionOf(tid), sk, name };
  return (await setIn(endpoint, place, { S: value }))?.S ?? "";
}

/** The sign-in of a session was so long ago that it is no proof any more: what nobody would wait for in a test. */
export async function ageSession({ endpoint, tables }: RunningProduct, { user, session }: Me): Promise<void> {
  const place = { table: tables.directory, pk: `USER#${user.id}`, sk: `SESSION#${session.id}`, name: "authTime" };
  await setIn(endpoint, place, { N: "0" });
}

interface At {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
  readonly name: string;
}

async function setIn(endpoint: string, { table, pk, sk, name }: At, value: AttributeValue) {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: "SET #name = :value",
      ConditionExpression: "attribute_exists(sk)",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
      ReturnValues: "UPDATED_OLD",
    }),
  );
  return Attributes?.[name];
}
