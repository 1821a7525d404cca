import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { describe } from "vitest";
import { dynamoDirectory } from "#platform/tables/directory.ts";
import { dynamoTable } from "#platform/tables/table.ts";
import { joinProduct } from "#test/support/product.ts";
import { promisesOfTables } from "#test/support/table-contract.ts";

/** What the unit tests' tables in memory promise, asked of the product's own tables; every tenant here is made up on the spot. */
describe("the tables in DynamoDB", () => {
  const { endpoint, tables } = joinProduct();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const base = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const now = () => new Date();

  promisesOfTables(() => ({
    directory: dynamoDirectory(client, tables, now),
    table: (tenantId) => dynamoTable(client, tables, tenantId, now),
  }));
});
