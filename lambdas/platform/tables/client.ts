import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

export type Client = Pick<DynamoDBDocumentClient, "send">;

/** The two tables there are; one transaction may span both. */
export interface TableNames {
  readonly tenants: string;
  readonly directory: string;
}
