import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readConfig } from "../../lib/config.ts";
import { makeStage } from "../../lib/stage.ts";

export type StageName = "local" | "dev" | "prod";
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON; a test names what it looks for
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
}

export interface Synthesis {
  readonly app: App;
  readonly templates: Readonly<Record<string, Template>>;
  /** Every resource of a type in every stack, by "<stack>/<logical id>". */
  find(type: string): Record<string, Resource>;
  of(stack: string, type: string): Resource[];
}

const ACCOUNT = "111111111111";
const PSEUDO: Readonly<Record<string, string>> = { "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws" };
const NODE_IMAGE = `node@sha256:${"0".repeat(64)}`; // nothing is built
const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: Record<string, unknown> };
const made = new Map<StageName, Synthesis>();

/** A stage's templates as `cdk synth` makes them, without bundling code. Made once for each test file. */
export function synthesise(stage: StageName): Synthesis {
  const known = made.get(stage);
  if (known) return known;
  const app = new App({ context: { ...context, stage, nodeImage: NODE_IMAGE, "aws:cdk:bundling-stacks": [] } });
  const stacks = makeStage(
    app,
    readConfig((key) => app.node.tryGetContext(key)),
  );
  const templates = Object.fromEntries(
    Object.entries(stacks).map(([name, stack]) => [name, Template.fromStack(stack)]),
  );
  const find = (type: string) => {
    const found = Object.entries(templates).flatMap(([name, template]) =>
      Object.entries(template.findResources(type)).map(([id, resource]) => [`${name}/${id}`, resource as Resource]),
    );
    return Object.fromEntries(found);
  };
  const of = (stack: string, type: string) => Object.values(templates[stack]?.findResources(type) ?? {}) as Resource[];
  const synthesis = { app, templates, find, of };
  made.set(stage, synthesis);
  return synthesis;
}

/** A template's text with every reference replaced by a name: enough to hold a policy against a request. */
export function flatten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flatten);
  if (typeof value !== "object" || value === null) return value;
  const [[key, of] = ["", undefined], ...rest] = Object.entries(value);
  if (rest.length === 0) {
    if (key === "Ref") return PSEUDO[String(of)] ?? String(of);
    if (key === "Fn::ImportValue") return nameOfExport(String(of));
    if (key === "Fn::GetAtt") return nameOfAttribute(of as [string, string]);
    if (key === "Fn::Join") return (flatten((of as [string, unknown[]])[1]) as string[]).join((of as [string])[0]);
  }
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, flatten(child)]));
}

const nameOfAttribute = ([id, attribute]: [string, string]): string =>
  attribute === "Arn" ? arnOf(id) : `${id}.${attribute}`;

/** "…:ExportsOutputFnGetAttTableCD117FA1ArnE2C8C204" → the table's ARN; a Ref → the logical id. */
function nameOfExport(name: string): string {
  const [, id = name] = /ExportsOutput(?:FnGetAtt|Ref)(.+?)(?:Arn)?[0-9A-F]{8}$/.exec(name) ?? [];
  return name.includes("FnGetAtt") ? arnOf(id) : id;
}

function arnOf(id: string): string {
  if (/^Table|^Directory/.test(id)) return `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/${id}`;
  if (/^State[0-9A-F]/.test(id)) return `arn:aws:s3:::${id.toLowerCase()}`;
  if (/Key/.test(id)) return `arn:aws:kms:us-east-1:${ACCOUNT}:key/${id}`;
  return `arn:aws:iam::${ACCOUNT}:role/${id}`;
}
