import { PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import type { Config } from "./config.ts";
import type { DataStack } from "./stacks/data.ts";

// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM puts the session's tag in here
const TENANT = "${aws:PrincipalTag/tid}";
const ITEMS = ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"].map(
  (name) => `dynamodb:${name}`,
);
interface Statement {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions: Record<string, unknown>;
}

const OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];

/**
 * What a session tagged with a tenant may do: item by item in that tenant's partition, and under its prefix of the state
 * bucket. `Null` refuses a request that names no key, which is how `ForAllValues` alone would let a Scan through. The table's
 * test is an equality, so the tag A cannot reach the partition of AB; by the index a key goes on after a "#".
 */
export function tenantStatements(config: Config, data: DataStack): PolicyStatement[] {
  const named = namedKeys(config);
  const objects = config.has("resourceVariables") ? `t/${TENANT}/*` : "t/*"; // there the session policy alone names the tenant
  return allow(
    {
      sid: "OwnRows",
      actions: ITEMS,
      resources: [data.table.tableArn],
      conditions: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [`TENANT#${TENANT}`] }, ...named },
    },
    {
      sid: "OwnRowsByIndex",
      actions: ["dynamodb:Query"],
      resources: [`${data.table.tableArn}/index/by-tenant`],
      conditions: leadingKeysLike(config, `TENANT#${TENANT}#*`),
    },
    { sid: "OwnObjects", actions: OBJECTS, resources: [data.state.arnForObjects(objects)] },
    ...keyStatements(config, data),
  );
}

/** Only requests that name keys, all of them like this one. */
export const leadingKeysLike = (config: Config, pattern: string) => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [pattern] },
  ...namedKeys(config),
});

const namedKeys = (config: Config) =>
  config.has("leadingKeysNull") ? { Null: { "dynamodb:LeadingKeys": "false" } } : {};

/** The directory belongs to no tenant; only the tenant role that a transaction over both tables needs may write it. */
export const directoryStatements = (data: DataStack): PolicyStatement[] =>
  allow({ sid: "Directory", actions: ITEMS, resources: [data.directory.tableArn] });

/** The data key, only through the service that keeps the data and only for our own tables and bucket. */
export function keyStatements(config: Config, data: DataStack): Statement[] {
  const use = { actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [data.key.keyArn] };
  if (!config.has("kmsConditions")) return [{ sid: "DataKey", ...use, conditions: {} }];
  const through = (service: string) => ({ "kms:ViaService": `${service}.${config.region}.amazonaws.com` });
  const tables = [data.table.tableName, data.directory.tableName];
  return [
    {
      sid: "DataKeyForRows",
      ...use,
      conditions: { StringEquals: { ...through("dynamodb"), "kms:EncryptionContext:aws:dynamodb:tableName": tables } },
    },
    {
      sid: "DataKeyForObjects",
      ...use,
      conditions: { StringEquals: { ...through("s3"), "kms:EncryptionContext:aws:s3:arn": data.state.bucketArn } },
    },
  ];
}

const allow = (...statements: readonly PolicyStatementProps[]): PolicyStatement[] =>
  statements.map((statement) => new PolicyStatement(statement));
