import { describe, expect, it } from "vitest";
import type { Directory } from "#platform/tables/directory.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { type Id, newId } from "#shared/ids.ts";

export interface Tables {
  readonly directory: Directory;
  table(tenantId: Id<"tenant">): TenantTable;
}

/** What every kept table promises: run against the one in memory and against DynamoDB itself. */
export function promisesOfTables(open: () => Tables): void {
  const now = new Date();
  const some = () => ({ ...open(), tenantId: newId("tenant", now) });
  const fresh = () => {
    const { table, directory, tenantId } = some();
    return { table: table(tenantId), other: table(newId("tenant", now)), directory };
  };
  const insert = (sk: string, item: object) =>
    ({ do: "insert", sk, item: { ...item }, otherwise: "member.exists" }) as const;

  describe("a row", () => {
    it("is read as it was written, without its keys", async () => {
      const { table } = fresh();
      await table.write(
        insert("A#1", { n: 1, list: ["x", { y: null }], none: undefined, pk: "TENANT#other", sk: "Z" }),
      );
      expect(await table.get("A#1")).toEqual({ sk: "A#1", n: 1, list: ["x", { y: null }] });
      expect(await table.get("Z")).toBeUndefined();
    });

    it("does not exist for another tenant", async () => {
      const { table, other } = fresh();
      await table.write(insert("A#1", {}));
      expect(await other.get("A#1")).toBeUndefined();
      expect((await other.page("A#", { limit: 10 })).items).toEqual([]);
    });

    it("is inserted once", async () => {
      const { table } = fresh();
      await table.write(insert("A#1", { n: 1 }));
      await expect(table.write(insert("A#1", { n: 2 }))).rejects.toMatchObject({ code: "member.exists" });
      expect(await table.get("A#1")).toMatchObject({ n: 1 });
    });

    it("is gone when its time is over, even if it was not removed yet", async () => {
      const { table } = fresh();
      const seconds = Math.floor(Date.now() / 1000);
      await table.write(insert("A#1", { ttlSeconds: seconds - 5 }), insert("A#2", { ttlSeconds: seconds + 500 }));
      expect(await table.get("A#1")).toBeUndefined();
      expect((await table.page("A#", { limit: 10 })).items).toHaveLength(1);
    });
  });

  describe("an update", () => {
    it("sets, adds and removes, and answers the row after it", async () => {
      const { table } = fresh();
      await table.write(insert("A#1", { n: 1, name: "old", gone: true }));
      const change = { do: "update", sk: "A#1", set: { name: "new" }, add: { n: 2 }, remove: ["gone"] } as const;
      expect(await table.update({ ...change, otherwise: "request.conflict" })).toEqual({
        sk: "A#1",
        n: 3,
        name: "new",
      });
    });

    it("makes the row only where that is asked for", async () => {
      const { table } = fresh();
      const count = { do: "update", sk: "COUNT", add: { n: 1 }, otherwise: "request.conflict" } as const;
      await expect(table.update(count)).rejects.toMatchObject({ code: "request.conflict" });
      await table.update({ ...count, orMissing: true });
      expect(await table.update({ ...count, orMissing: true })).toMatchObject({ n: 2 });
    });

    it("tells a row that changed from one that is missing", async () => {
      const { table } = fresh();
      const change = (sk: string) =>
        ({
          do: "update",
          sk,
          set: { n: 2 },
          if: { version: 1 },
          otherwise: "agent.changed",
          missing: "agent.not_found",
        }) as const;
      await table.write(insert("A#1", { version: 7 }));
      await expect(table.write(change("A#1"))).rejects.toMatchObject({ code: "agent.changed" });
      await expect(table.write(change("A#2"))).rejects.toMatchObject({ code: "agent.not_found" });
      const beside = insert("A#3", {});
      await expect(table.write(beside, change("A#1"))).rejects.toMatchObject({ code: "agent.changed" });
      await expect(table.write(beside, change("A#2"))).rejects.toMatchObject({ code: "agent.not_found" });
    });
  });

  describe("a condition", () => {
    const row = { n: 5, state: "running", owner: null };
    it.each([
      [{ n: 5 }, true],
      [{ n: 4 }, false],
      [{ n: { lt: 6 } }, true],
      [{ n: { lt: 5 } }, false],
      [{ n: { lte: 5 } }, true],
      [{ n: { gt: 5 } }, false],
      [{ n: { gte: 5 } }, true],
      [{ state: { in: ["paused", "running"] } }, true],
      [{ state: { in: ["paused"] } }, false],
      [{ state: { not: "paused" } }, true],
      [{ state: { not: "running" } }, false],
      [{ owner: null }, true],
      [{ owner: { absent: true } }, false],
      [{ other: { absent: true } }, true],
      [{ other: 1 }, false],
      [{ other: { lt: 9 } }, false],
      [{ n: 5, state: "paused" }, false],
    ] as const)("%j of a running row with n = 5: %s", async (test, isHeld) => {
      const { table } = fresh();
      await table.write(insert("A#1", row));
      const write = table.write({ do: "update", sk: "A#1", set: { seen: true }, if: test, otherwise: "agent.changed" });
      await (isHeld ? write : expect(write).rejects.toMatchObject({ code: "agent.changed" }));
    });
  });

  describe("a transaction", () => {
    it("does all or nothing, and names the failure of the change that was refused", async () => {
      const { table } = fresh();
      await table.write(insert("A#1", {}));
      const both = table.write(insert("A#2", {}), { do: "delete", sk: "A#9", otherwise: "device.exists" });
      await expect(both).rejects.toMatchObject({ code: "device.exists" });
      expect(await table.get("A#2")).toBeUndefined();
    });

    it("spans a tenant's rows and the directory's", async () => {
      const { table, directory } = fresh();
      const slug = `SLUG#${newId("event", now)}` as const;
      const claim = { ...insert("SLUG", { owner: 1 }), pk: slug };
      await table.write(insert("A#1", {}), claim);
      expect(await directory.at(slug).get("SLUG")).toMatchObject({ owner: 1 });
      await expect(table.write(insert("A#2", {}), claim)).rejects.toMatchObject({ code: "member.exists" });
      expect(await table.get("A#2")).toBeUndefined();
    });

    it("holds what a check beside it demands", async () => {
      const { table } = fresh();
      const guarded = (n: number) =>
        table.write(insert(`B#${n}`, {}), { do: "check", sk: "A#1", if: { n }, otherwise: "request.conflict" });
      await table.write(insert("A#1", { n: 1 }));
      await guarded(1);
      await expect(guarded(2)).rejects.toMatchObject({ code: "request.conflict" });
      const absent = { do: "check", sk: "A#1", absent: true, otherwise: "device.exists" } as const;
      await expect(table.write(insert("B#3", {}), absent)).rejects.toMatchObject({ code: "device.exists" });
    });

    it("lets exactly one of many win", async () => {
      const { table } = fresh();
      await table.write(insert("QUOTA", { used: 4 }));
      const take = (n: number) =>
        table.write(insert(`A#${n}`, {}), {
          do: "update",
          sk: "QUOTA",
          add: { used: 1 },
          if: { used: { lt: 5 } },
          otherwise: "quota.exceeded",
        });
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => take(n)));
      const refused = outcomes.filter(({ status }) => status === "rejected");
      expect(refused).toHaveLength(19);
      for (const one of refused) expect(one).toMatchObject({ reason: { code: "quota.exceeded" } });
      expect(await table.get("QUOTA")).toMatchObject({ used: 5 });
    });
  });

  describe("a list", () => {
    it("is read in pages, in order, to its end and not beyond its prefix", async () => {
      const { table } = fresh();
      for (const sk of ["A#1", "A#2", "A#3", "A#4", "AB", "B#1"]) await table.write(insert(sk, {}));
      const first = await table.page("A#", { limit: 3 });
      const second = await table.page("A#", { limit: 3, ...(first.next ? { cursor: first.next } : {}) });
      expect([...first.items, ...second.items].map((row) => row["sk"])).toEqual(["A#1", "A#2", "A#3", "A#4"]);
      expect(second.next).toBeNull();
      const last = await table.page("A#", { limit: 1, descending: true });
      expect(last.items).toMatchObject([{ sk: "A#4" }]);
      expect((await table.page("A#", { limit: 9, cursor: last.next ?? "", descending: true })).items).toHaveLength(3);
      expect((await table.page("A#", { limit: 4 })).next).toBeNull();
      const all: unknown[] = [];
      for await (const row of table.list("A#")) all.push(row["sk"]);
      expect(all).toHaveLength(4);
    });

    it("refuses a position outside of it", async () => {
      const { table } = fresh();
      const foreign = table.page("A#", { limit: 3, cursor: "B#1" });
      await expect(foreign).rejects.toMatchObject({ code: "request.cursor_invalid" });
    });

    it("can be read by an index, in the index's order, within the tenant", async () => {
      const { table, other } = fresh();
      for (const [sk, at] of [
        ["A#1", "3"],
        ["A#2", "1"],
        ["A#3", "2"],
      ] as const) {
        await table.write({ ...insert(sk, {}), index: { name: "AT", sk: `AT#${at}` } });
        await other.write({ ...insert(sk, {}), index: { name: "AT", sk: `AT#${at}` } });
      }
      const first = await table.page("AT#", { limit: 2, index: "AT" });
      expect(first.items.map((row) => row["sk"])).toEqual(["A#2", "A#3"]);
      const rest = await table.page("AT#", { limit: 2, index: "AT", cursor: first.next ?? "" });
      expect(rest).toMatchObject({ items: [{ sk: "A#1" }], next: null });
    });
  });
}
