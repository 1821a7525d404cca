import type { AnyChange, Index, Item, Test, Tests, Update } from "./change.ts";
import { indexPartition } from "./rows.ts";

/** Collects the names and values that a DynamoDB expression refers to. */
interface Words {
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Item;
}

class Vocabulary {
  readonly #names: Record<string, string> = {};
  readonly #values: Item = {};

  name(attribute: string): string {
    const key = `#${attribute.replace(/\W/g, "_")}`;
    this.#names[key] = attribute;
    return key;
  }

  value(value: unknown): string {
    const key = `:v${Object.keys(this.#values).length}`;
    this.#values[key] = value;
    return key;
  }

  words(): Words {
    return {
      ...(Object.keys(this.#names).length > 0 ? { ExpressionAttributeNames: this.#names } : {}),
      ...(Object.keys(this.#values).length > 0 ? { ExpressionAttributeValues: this.#values } : {}),
    };
  }
}

/** One change in DynamoDB's words, as an entry of a transaction. */
export function toTransactItem(TableName: string, pk: string, change: AnyChange) {
  const vocabulary = new Vocabulary();
  const ConditionExpression = conditionOf(change, vocabulary);
  const ReturnValuesOnConditionCheckFailure = "ALL_OLD" as const; // tells a changed row from a missing one
  const common = { TableName, ConditionExpression, ReturnValuesOnConditionCheckFailure };
  const Key = { pk, sk: change.sk };
  switch (change.do) {
    case "insert":
    case "put": {
      const Item = { ...change.item, ...indexKeys(pk, change.index), ...Key };
      return { Put: { ...common, Item, ...vocabulary.words() } };
    }
    case "update": {
      const UpdateExpression = updateOf(pk, change, vocabulary);
      return { Update: { ...common, Key, UpdateExpression, ...vocabulary.words() } };
    }
    case "delete":
      return { Delete: { ...common, Key, ...vocabulary.words() } };
    case "check":
      return { ConditionCheck: { ...common, Key, ...vocabulary.words() } };
  }
}

function conditionOf(change: AnyChange, vocabulary: Vocabulary): string {
  const pk = vocabulary.name("pk");
  if (change.do === "insert" || (change.do === "check" && change.absent)) return `attribute_not_exists(${pk})`;
  const tests = allOf(change.if ?? {}, vocabulary);
  if (!change.orMissing) return [`attribute_exists(${pk})`, ...tests].join(" AND ");
  if (tests.length > 0) return `attribute_not_exists(${pk}) OR (${tests.join(" AND ")})`;
  return `attribute_exists(${pk}) OR attribute_not_exists(${pk})`; // holds always; DynamoDB refuses an empty condition
}

const allOf = (tests: Tests, vocabulary: Vocabulary): string[] =>
  Object.entries(tests).map(([attribute, test]) => testOf(vocabulary.name(attribute), test, vocabulary));

const COMPARE = { not: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;

function testOf(name: string, test: Test, vocabulary: Vocabulary): string {
  if (typeof test !== "object" || test === null) return `${name} = ${vocabulary.value(test)}`;
  if ("absent" in test) return `attribute_not_exists(${name})`;
  if ("in" in test) return `${name} IN (${test.in.map((value) => vocabulary.value(value)).join(", ")})`;
  const [[word, value] = ["not", null]] = Object.entries(test);
  return `${name} ${COMPARE[word as keyof typeof COMPARE]} ${vocabulary.value(value)}`; // the type leaves no other word
}

function updateOf(pk: string, change: Update, vocabulary: Vocabulary): string {
  const set = Object.entries({ ...change.set, ...indexKeys(pk, change.index) })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${vocabulary.name(name)} = ${vocabulary.value(value)}`);
  const add = Object.entries(change.add ?? {}).map(
    ([name, amount]) => `${vocabulary.name(name)} ${vocabulary.value(amount)}`,
  );
  const remove = (change.remove ?? []).map((name) => vocabulary.name(name));
  return [clause("SET", set), clause("ADD", add), clause("REMOVE", remove)].filter(Boolean).join(" ");
}

const clause = (word: string, parts: string[]): string => (parts.length > 0 ? `${word} ${parts.join(", ")}` : "");

const indexKeys = (pk: string, index: Index | undefined): Item =>
  index ? { gsiPk: indexPartition(pk, index.name), gsiSk: index.sk } : {};
