import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Id } from "#shared/ids.ts";
import { bounded } from "./bounded.ts";
import { type Directory, dynamoDirectory } from "./directory.ts";
import { readEnv } from "./env.ts";
import { dynamoTable, type TenantTable } from "./table.ts";
import { assumeTenantRole } from "./tenant-credentials.ts";

export interface Data {
  readonly now: () => Date;
  readonly directory: Directory;
  enterTenant(tenantId: Id<"tenant">): TenantTable;
}

const TENANTS_KEPT = 500;

/** Both tables as a function sees them: the directory by its own role, a tenant only by a role narrowed to that tenant. */
export function openData(): Data {
  const env = readEnv("TABLE_NAME", "DIRECTORY_NAME");
  const names = { tenants: env.TABLE_NAME, directory: env.DIRECTORY_NAME };
  const now = (): Date => new Date();
  const base = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });

  const enterTenant = bounded(TENANTS_KEPT, (tenantId: Id<"tenant">) => {
    const credentials = assumeTenantRole(tenantId);
    const { requestHandler } = base.config; // one pool of connections for all tenants
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ credentials, requestHandler }), {
      marshallOptions: { removeUndefinedValues: true },
    });
    return dynamoTable(client, names, tenantId, now);
  });
  return { now, directory: dynamoDirectory(documents, names, now), enterTenant };
}
