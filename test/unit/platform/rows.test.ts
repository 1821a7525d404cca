import type { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import type { Item } from "#platform/tables/change.ts";
import { readRows } from "#platform/tables/rows.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g"];

/** DynamoDB as it answers when rows are large: a query ends after three of them, whatever the limit. */
function largeRows(rows: readonly Item[]) {
  const send = async ({ input }: QueryCommand) => {
    const from = rows.findIndex(({ sk }) => sk === input.ExclusiveStartKey?.["sk"]) + 1;
    const Items = rows.slice(from, from + Math.min(3, input.Limit ?? 3));
    const isEnd = from + Items.length === rows.length;
    const { pk, sk, gsiPk, gsiSk } = Items.at(-1) ?? {};
    const key = gsiSk === undefined ? { pk, sk } : { pk, sk, gsiPk, gsiSk };
    return { Items, ...(isEnd ? {} : { LastEvaluatedKey: key }) };
  };
  const client = { send } as unknown as Parameters<typeof readRows>[0]["client"]; // the one method that is called
  return readRows({ client, tableName: "t", pk: "TENANT#1", now: () => new Date(0) });
}

describe("rows larger than one answer of DynamoDB", () => {
  const rows = NAMES.map((name) => ({ pk: "TENANT#1", sk: `JOURNAL#${name}`, name }));

  it("are all listed", async () => {
    const listed: unknown[] = [];
    for await (const { name } of largeRows(rows).list("JOURNAL#")) listed.push(name);
    expect(listed).toEqual(NAMES);
  });

  it("come page by page, each with the way to the next, also by an index", async () => {
    const indexed = NAMES.map((name, nth) => ({
      ...{ pk: "TENANT#1", sk: `AGENT#${name}`, name },
      ...{ gsiPk: "TENANT#1#own", gsiSk: `agt_${nth}` },
    }));
    const ways = [
      { of: rows, prefix: "JOURNAL#", options: {} },
      { of: indexed, prefix: "agt_", options: { index: "own" } },
    ];
    for (const { of, prefix, options } of ways) {
      const { page } = largeRows(of);
      const found: unknown[][] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await page(prefix, { limit: 50, cursor, ...options });
        found.push(items.map(({ name }) => name));
        cursor = next ?? undefined;
      } while (cursor);
      expect(found).toEqual([["a", "b", "c"], ["d", "e", "f"], ["g"]]);
    }
  });

  it("end a page at its limit first, where that comes earlier", async () => {
    const { items, next } = await largeRows(rows).page("JOURNAL#", { limit: 2 });
    expect([items.map(({ name }) => name), next]).toEqual([["a", "b"], "JOURNAL#b"]);
  });
});
