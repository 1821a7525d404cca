import type { Construct } from "constructs";
import type { DataStack } from "../stacks/data.ts";
import { keyStatements } from "../tenant-policy.ts";
import { Code, type CodeProps } from "./code.ts";

const READ = ["dynamodb:GetItem", "dynamodb:Query"];
const CHANGE = [
  ...READ,
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:ConditionCheckItem",
];

export interface DirectoryCodeProps extends Omit<CodeProps, "environment"> {
  readonly data: DataStack;
  readonly directory?: "read" | "change";
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
    this.allow(directory === "read" ? READ : CHANGE, [data.directory.tableArn]);
    for (const { actions, resources, conditions } of keyStatements(props.config, data)) {
      this.allow(actions, resources, { when: conditions });
    }
  }
}
