import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { TableBusy } from "#platform/tables/busy.ts";
import type { AnyChange } from "#platform/tables/change.ts";
import { commit, update } from "#platform/tables/commit.ts";
import { readRows } from "#platform/tables/rows.ts";

const NAMES = { tenants: "Tenants", directory: "Directory" };
const PK = "TENANT#tnt_x";
const insert: AnyChange = {
  do: "insert",
  sk: "A",
  item: { pk: "TENANT#other", sk: "Z", n: 1 },
  otherwise: "member.exists",
};
const remove: AnyChange = {
  do: "delete",
  sk: "B",
  if: { version: 3 },
  otherwise: "request.conflict",
  missing: "invite.not_found",
};
const claim: AnyChange = { do: "insert", pk: "SLUG#acme", sk: "SLUG", item: {}, otherwise: "tenant.slug_taken" };

/** A client that answers in turn; what it was sent is kept. */
function clientThat(...answers: (Error | object)[]) {
  const sent: { name: string; input: Record<string, never> }[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, never> }) => {
    sent.push({ name: command.constructor.name, input: command.input });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  return { client: { send } as never, sent };
}

const cancelled = (...CancellationReasons: object[]) =>
  new TransactionCanceledException({ message: "secret", $metadata: {}, CancellationReasons });
const none = { Code: "None" };
const failed = { Code: "ConditionalCheckFailed" };

describe("a commit", () => {
  it("writes under the tenant's key, whatever key the item claims, and the directory's rows under theirs", async () => {
    const { client, sent } = clientThat({});
    await commit(client, NAMES, PK, [insert, remove, claim]);
    expect(sent).toHaveLength(1);
    const [{ input } = { input: {} }] = sent;
    const { TransactItems } = input as unknown as { TransactItems: Record<string, Record<string, unknown>>[] };
    expect(TransactItems[0]?.["Put"]).toMatchObject({ TableName: "Tenants", Item: { pk: PK, sk: "A", n: 1 } });
    expect(TransactItems[1]?.["Delete"]).toMatchObject({ TableName: "Tenants", Key: { pk: PK, sk: "B" } });
    expect(TransactItems[2]?.["Put"]).toMatchObject({ TableName: "Directory", Item: { pk: "SLUG#acme", sk: "SLUG" } });
  });

  it("needs no transaction for one change, and no call for none", async () => {
    const { client, sent } = clientThat({});
    await commit(client, NAMES, PK, []);
    await commit(client, NAMES, PK, [insert]);
    expect(sent.map(({ name }) => name)).toEqual(["PutCommand"]);
  });

  it("writes no tenant's row without a tenant", async () => {
    const { client, sent } = clientThat({});
    await expect(commit(client, NAMES, undefined, [insert])).rejects.toThrow();
    expect(sent).toEqual([]);
  });

  it.each([
    ["the first change", cancelled({ ...failed, Item: {} }, none), "member.exists"],
    ["a row that changed", cancelled(none, { ...failed, Item: { pk: {} } }), "request.conflict"],
    ["a row that is gone", cancelled(none, failed), "invite.not_found"],
  ])("names the failure of %s", async (_, error, code) => {
    const { client } = clientThat(error);
    await expect(commit(client, NAMES, PK, [insert, remove])).rejects.toMatchObject({ code });
  });

  it("names the failure of a change by itself", async () => {
    const refused = new ConditionalCheckFailedException({ message: "", $metadata: {}, Item: { pk: { S: "x" } } });
    await expect(commit(clientThat(refused).client, NAMES, PK, [remove])).rejects.toMatchObject({
      code: "request.conflict",
    });
    const gone = new ConditionalCheckFailedException({ message: "", $metadata: {} });
    await expect(commit(clientThat(gone).client, NAMES, PK, [remove])).rejects.toMatchObject({
      code: "invite.not_found",
    });
  });

  it("H09 tries again when another transaction was on the same rows, and gives up with what no domain takes for its own", async () => {
    const conflict = cancelled({ Code: "TransactionConflict" }, none);
    const twice = clientThat(conflict, new TransactionConflictException({ message: "", $metadata: {} }), {});
    await commit(twice.client, NAMES, PK, [insert, remove]);
    expect(twice.sent).toHaveLength(3);
    const never = clientThat(conflict);
    await expect(commit(never.client, NAMES, PK, [insert, remove])).rejects.toThrow(TableBusy);
    expect(never.sent).toHaveLength(8);
  });

  it("H09 lets a failure it does not know pass as it is, once", async () => {
    const { client, sent } = clientThat(new Error("throttled"));
    await expect(commit(client, NAMES, PK, [insert, remove])).rejects.toThrow("throttled");
    expect(sent).toHaveLength(1);
  });

  it("answers an update with the row as it is after it, without its keys", async () => {
    const { client, sent } = clientThat({ Attributes: { pk: PK, sk: "A", n: 2, gsiPk: "x", gsiSk: "y" } });
    const change = { do: "update", sk: "A", add: { n: 1 }, otherwise: "request.conflict" } as const;
    expect(await update(client, "Tenants", PK, change)).toEqual({ sk: "A", n: 2 });
    expect(sent[0]?.input).toMatchObject({ ReturnValues: "ALL_NEW", UpdateExpression: "ADD #n :v0" });
  });
});

describe("a list", () => {
  it("is read to its last page", async () => {
    const rows = Array.from({ length: 1001 }, (_, n) => ({ pk: PK, sk: `A#${String(n).padStart(4, "0")}` }));
    const { client, sent } = clientThat({ Items: rows }, { Items: [{ pk: PK, sk: "A#9999" }] });
    const found: unknown[] = [];
    for await (const row of readRows({ client, tableName: "Tenants", pk: PK, now: () => new Date() }).list("A#"))
      found.push(row["sk"]);
    expect(found).toHaveLength(1001);
    expect(found.at(-1)).toBe("A#9999");
    expect(sent[1]?.input).toMatchObject({ ExclusiveStartKey: { pk: PK, sk: "A#0999" } });
  });
});
