import { expect, it } from "vitest";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { findItems, nameOf } from "#shared/client/vault/items/find-items.ts";
import type { ItemType } from "#shared/client/vault/items/item-model.ts";
import { newId } from "#shared/ids.ts";

const now = new Date();
const listed = (name: string, detail: string, type: ItemType = "login"): Listed => ({
  ...{ id: newId("item", now), version: 1, updatedAt: now.toISOString() },
  entry: { type, name, detail },
});
const ITEMS = [
  listed("Savings bank", "ada@example.org"),
  listed("bank 10", "grace", "note"),
  listed("Bank 9", "grace"),
  { ...listed("", ""), entry: null },
];
const find = (search: string, type: ItemType | "all" = "all") => findItems(ITEMS, search, type).map(nameOf);

it("finds items by every word of a search, in name or detail, however it is written; by name, numbers by their size", () => {
  expect(find("BANK")).toEqual(["Bank 9", "bank 10", "Savings bank"]);
  expect(find("  bank  GRACE ")).toEqual(["Bank 9", "bank 10"]);
  expect(find("ada bank")).toEqual(["Savings bank"]);
  expect(find("bank", "note")).toEqual(["bank 10"]);
  expect(find("zebra")).toEqual([]);
  expect(find("")).toEqual(["Bank 9", "bank 10", "Savings bank", "Unreadable item"]);
});
