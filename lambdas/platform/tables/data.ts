import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Id } from "#shared/ids.ts";
import { bounded } from "../bounded.ts";
import { readEnv } from "../env.ts";
import { assumeTenantRole } from "../tenancy/tenant-credentials.ts";
import { type Directory, dynamoDirectory } from "./directory.ts";
import { dynamoTable, type TenantTable } from "./table.ts";

export interface Data {
  readonly now: () => Date;
  readonly directory: Directory;
  readonly enterTenant: (tenantId: Id<"tenant">) => TenantTable;
}

const TENANTS_KEPT = 500;

/**
 * Both tables as a function sees them: the directory by its own role, a tenant only by a role narrowed to that tenant.
 * Nothing is read or connected before it is used: a trigger without tables needs none of their names.
 */
export function openData(): Data {
  let connected: Omit<Data, "now"> | undefined;
  const open = (): Omit<Data, "now"> => {
    connected ??= connect();
    return connected;
  };
  return {
    now,
    directory: {
      at: (pk) => open().directory.at(pk),
      write: (...changes) => open().directory.write(...changes),
      update: (change) => open().directory.update(change),
    },
    enterTenant: (tenantId) => open().enterTenant(tenantId),
  };
}

const now = (): Date => new Date();

function connect(): Omit<Data, "now"> {
  const { TABLE_NAME, DIRECTORY_NAME } = readEnv("TABLE_NAME", "DIRECTORY_NAME");
  const names = { tenants: TABLE_NAME, directory: DIRECTORY_NAME };
  const marshallOptions = { removeUndefinedValues: true };
  const base = new DynamoDBClient({});

  const enterTenant = bounded(TENANTS_KEPT, (tenantId: Id<"tenant">) => {
    const { requestHandler } = base.config; // one pool of connections for all tenants
    const own = new DynamoDBClient({ credentials: assumeTenantRole(tenantId), requestHandler });
    return dynamoTable(DynamoDBDocumentClient.from(own, { marshallOptions }), names, tenantId, now);
  });
  const directory = dynamoDirectory(DynamoDBDocumentClient.from(base, { marshallOptions }), names, now);
  return { directory, enterTenant };
}
