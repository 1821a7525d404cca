import { describe, expect, it } from "vitest";
import { CONTACTS_ITEM } from "#shared/client/people/contacts-item.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import { sayFound } from "#shared/client/vault/say-found.ts";
import { VaultTrouble } from "#shared/client/vault/trouble.ts";
import { GroupWorld } from "#test/support/group-world.ts";
import { loginOf } from "#test/support/vault-world.ts";
import { keepItems } from "../../../frontend/src/lib/vault/items/vault-items.ts";

describe("a vault that the service shows otherwise than it was left", () => {
  it("B10: shows no item, and knows what the missing one was called, however often it is asked for again", async () => {
    const world = new GroupWorld();
    const ann = await world.owner("finance");
    const own = await ann.vaults.open("own");
    const { id } = await own.save(world.newItem(), loginOf("Savings bank"));
    let isForgetting = false;
    const listItems: VaultApi["listItems"] = async (input) => {
      const page = await ann.api.listItems(input);
      return isForgetting ? { ...page, items: page.items.filter((item) => item.id !== id) } : page;
    };
    const device = world.freshDevice(ann, { api: { ...ann.api, listItems } });
    const nothing = () => undefined;
    const items = keepItems(() => device.open("own"), { onWritten: nothing, onRead: nothing });
    await items.refresh();
    expect(items.get()).toMatchObject({ is: "whole", items: [{ id }] });
    isForgetting = true;
    await own.save(world.newItem(), loginOf("Mail"));
    for (let tries = 0; tries < 2; tries++) {
      await items.refresh();
      const { is, items: shown, error, before } = items.get();
      expect([is, shown.length]).toEqual(["refused", 0]);
      expect((error as VaultTrouble).found).toEqual({ missing: [id] });
      expect(before?.map(({ entry }) => entry?.name)).toEqual(["Savings bank"]);
    }
    isForgetting = false;
    await items.refresh();
    expect(items.get()).toMatchObject({ is: "whole", items: { length: 2 } });
  });

  it("is told of by name, as far as there is one, each kind of trouble by itself", () => {
    const found = { missing: ["itm_a", "itm_b", CONTACTS_ITEM], revived: [], older: ["itm_c"] } as const;
    expect(sayFound(found, (id) => (id === "itm_a" ? "“Mail”" : id))).toEqual([
      "Gone without having been removed: “Mail”, itm_b, and the note of whose numbers were compared.",
      "Shown in an older version than was known: itm_c.",
    ]);
    expect(sayFound(new VaultTrouble().found)).toEqual([]);
  });
});
