import type { Construct } from "constructs";
import type { DataStack } from "../stacks/data.ts";
import { leadingKeysLike, rowKeyStatement } from "../tenant-policy.ts";
import { Code, type CodeProps } from "./code.ts";

const READ = ["dynamodb:GetItem", "dynamodb:Query"];
const TOUCHED = "KEY#*"; // the rows of API keys, which note when they were used
const CHANGE = [
  ...READ,
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:ConditionCheckItem",
];

export interface DirectoryCodeProps extends Omit<CodeProps, "environment"> {
  readonly data: DataStack;
  /** touch: reads all of it, and notes on API keys that they were used. */
  readonly directory?: "read" | "touch" | "change";
  readonly environment?: Readonly<Record<string, string>>;
}

/** A function that has the directory, item by item, by its own role, and no tenant's rows. */
export class DirectoryCode extends Code {
  constructor(scope: Construct, id: string, { data, directory = "change", environment, ...props }: DirectoryCodeProps) {
    super(scope, id, {
      ...props,
      environment: {
        TABLE_NAME: data.table.tableName,
        DIRECTORY_NAME: data.directory.tableName,
        ORIGIN: props.config.origin,
        ...environment,
      },
    });
    this.allow(directory === "change" ? CHANGE : READ, [data.directory.tableArn]);
    if (directory === "touch")
      this.allow(["dynamodb:UpdateItem"], [data.directory.tableArn], { when: leadingKeysLike(props.config, TOUCHED) });
    const { actions, resources, conditions } = rowKeyStatement(props.config, data);
    this.allow(actions, resources, { when: conditions });
  }
}
