import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { serve } from "#platform/pipe/http.ts";
import { type Contract, PageQuery, pageOf } from "#shared/contracts/route.ts";
import { World } from "#test/support/world.ts";

const contract = {
  list: {
    method: "GET",
    path: "/v1/things",
    access: "agents:read",
    summary: "Things.",
    input: PageQuery.extend({ colour: z.string().optional() }),
    reply: pageOf(z.object({ n: z.number() })),
  },
  listOthers: {
    method: "GET",
    path: "/v1/others",
    access: "agents:read",
    summary: "Other things.",
    input: PageQuery,
    reply: pageOf(z.object({ n: z.number() })),
  },
} as const satisfies Contract;

describe("a list in pages", () => {
  let world: World;
  let ann: ReturnType<World["person"]>;
  beforeEach(async () => {
    world = new World();
    ann = world.person("member");
    for (const tenantId of [ann.tenantId]) await fill(tenantId);
  });
  const fill = async (tenantId: typeof ann.tenantId) => {
    for (let n = 0; n < 7; n++) {
      await world
        .table(tenantId)
        .write({ do: "insert", sk: `T#secret-${n}`, item: { n }, otherwise: "request.conflict" });
    }
  };
  const ask = async (query: Record<string, string>, token = ann.token, path = "/v1/things") => {
    type Page = { limit: number; cursor?: string | undefined };
    const list = async (ctx: { table: ReturnType<World["table"]> }, page: Page) => {
      const { items, next } = await ctx.table.page("T#", page);
      return { items: items.map(({ n }) => ({ n: Number(n) })), cursor: next };
    };
    const handler = serve(contract, { list, listOthers: list }, world.door());
    const answer = await handler(world.event(`GET ${path}`, { token, query }));
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? "") };
  };
  const firstCursor = async (query: Record<string, string> = {}) => (await ask({ limit: "3", ...query })).body.cursor;

  it("is read to its end by the cursors alone", async () => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await ask({ limit: "3", ...(cursor ? { cursor } : {}) });
      seen.push(...body.items.map(({ n }: { n: number }) => n));
      cursor = body.cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("shows nothing of the rows' keys in its cursor", async () => {
    expect(Buffer.from(await firstCursor(), "base64url").toString("latin1")).not.toContain("secret");
  });

  it("may change its page size on the way", async () => {
    expect((await ask({ cursor: await firstCursor(), limit: "100" })).body.items).toHaveLength(4);
  });

  const refused = { status: 400, body: { code: "request.cursor_invalid" } };

  it("E06 refuses a cursor with any bit altered, cut or lengthened", async () => {
    const cursor = await firstCursor();
    for (let at = 0; at < cursor.length; at++) {
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      const other = alphabet[alphabet.indexOf(cursor[at]) ^ 1];
      expect(await ask({ cursor: cursor.slice(0, at) + other + cursor.slice(at + 1) })).toMatchObject(refused);
    }
    for (const bad of ["", "x", "T#secret-2", cursor.slice(0, -4), `${cursor}AAAA`, `${cursor}=`, `${cursor} `]) {
      expect(await ask({ cursor: bad })).toMatchObject(refused);
    }
  });

  it("E06 refuses a position of the table's own making", async () => {
    const forged = Buffer.from(JSON.stringify({ pk: `TENANT#${ann.tenantId}`, sk: "T#0" })).toString("base64url");
    expect(await ask({ cursor: forged })).toMatchObject(refused);
  });

  it("E06 refuses a cursor of another tenant, another person, another list and another query", async () => {
    const cursor = await firstCursor({ colour: "red" });
    const stranger = world.person("member");
    await fill(stranger.tenantId);
    const colleague = world.person("member", ann.tenantId);
    expect(await ask({ cursor, colour: "red" }, stranger.token)).toMatchObject(refused);
    expect(await ask({ cursor, colour: "red" }, colleague.token)).toMatchObject(refused);
    expect(await ask({ cursor, colour: "blue" })).toMatchObject(refused);
    expect(await ask({ cursor })).toMatchObject(refused);
    expect(await ask({ cursor: await firstCursor() }, ann.token, "/v1/others")).toMatchObject(refused);
    expect(await ask({ cursor, colour: "red" })).toMatchObject({ status: 200 });
  });

  it("E06 refuses a cursor after a day", async () => {
    const cursor = await firstCursor();
    world.turn(24 * 3600 * 1000 - 1000);
    expect(await ask({ cursor })).toMatchObject({ status: 200 });
    world.turn(1000);
    expect(await ask({ cursor })).toMatchObject(refused);
  });

  it("has one key for a tenant, though two first pages are asked for at once", async () => {
    const both = await Promise.all([ask({ limit: "3" }), ask({ limit: "3" })]);
    for (const { body } of both) expect(await ask({ cursor: body.cursor })).toMatchObject({ status: 200 });
    const keys = [...world.store.rows.keys()].filter((key) => key.endsWith("KEY#cursor"));
    expect(keys).toHaveLength(1);
  });
});
