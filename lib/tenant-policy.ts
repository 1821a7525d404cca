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
    rowKeyStatement(config, data),
    objectKeyStatement(config, data),
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

/** The data key through DynamoDB, for our own tables. DynamoDB has one context for a whole table and takes none of ours. */
export function rowKeyStatement(config: Config, data: DataStack): Statement {
  const tables = [data.table.tableName, data.directory.tableName];
  return useKey(config, data, "DataKeyForRows", {
    StringEquals: { ...through(config, "dynamodb"), "kms:EncryptionContext:aws:dynamodb:tableName": tables },
  });
}

/** The data key through S3, for the tenant's own objects: without a bucket key, the context of an object is its ARN. */
const objectKeyStatement = (config: Config, data: DataStack): Statement =>
  useKey(config, data, "DataKeyForObjects", {
    StringEquals: through(config, "s3"),
    StringLike: { "kms:EncryptionContext:aws:s3:arn": data.state.arnForObjects(`t/${TENANT}/*`) },
  });

const through = ({ region }: Config, service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });

const useKey = (config: Config, { key }: DataStack, sid: string, conditions: Statement["conditions"]): Statement => ({
  sid,
  actions: ["kms:Decrypt", "kms:GenerateDataKey"],
  resources: [key.keyArn],
  conditions: config.has("kmsConditions") ? conditions : {},
});

const allow = (...statements: readonly PolicyStatementProps[]): PolicyStatement[] =>
  statements.map((statement) => new PolicyStatement(statement));
