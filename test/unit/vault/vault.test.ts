import { beforeEach, describe, expect, it } from "vitest";
import { TIERS } from "#shared/quotas.ts";
import { loginOf, noteOf, open, VaultWorld } from "#test/support/vault-world.ts";

let world: VaultWorld;
let ann: Awaited<ReturnType<VaultWorld["keeper"]>>;

beforeEach(async () => {
  world = new VaultWorld();
  ann = await world.keeper("ann");
});

const namesIn = (items: readonly { entry: { name: string } | null }[]) => items.map(({ entry }) => entry?.name).sort();

describe("a person's own vault", () => {
  it("keeps what was saved, for another device of theirs too", async () => {
    const laptop = await open(world.device(ann.account, ann.api));
    expect(await laptop.list()).toEqual([]);
    const at = await laptop.save(world.newItem(), loginOf("Bank"));
    await laptop.save(world.newItem(), noteOf("Door", "1234"));
    const phone = await open(world.device(ann.account, ann.api));
    expect(namesIn(await phone.list())).toEqual(["Bank", "Door"]);
    expect(await phone.read(at.id)).toMatchObject({ version: 1, ...loginOf("Bank") });
    await phone.save(at, loginOf("Bank", "another"));
    expect((await laptop.read(at.id)).content).toMatchObject({ password: "another" });
  });

  it("is one for each person, also when two windows make it at once", async () => {
    const [one, two] = await Promise.all([1, 2].map(() => open(world.device(ann.account, ann.api))));
    expect(one?.vaultId).toBe(two?.vaultId);
    expect((await ann.api.listVaults({})).items).toHaveLength(1);
  });

  it("keeps every one of many saves at once from several devices", async () => {
    const devices = await Promise.all(Array.from({ length: 5 }, () => open(world.device(ann.account, ann.api))));
    await Promise.all(
      devices.map(async (book, nth) => {
        for (let i = 0; i < 4; i++) await book.save(world.newItem(), noteOf(`${nth}.${i}`));
      }),
    );
    for (const book of devices) expect(await book.list()).toHaveLength(20);
  });

  it("does not overwrite what another device changed or removed since it was read", async () => {
    const [laptop, phone] = [
      await open(world.device(ann.account, ann.api)),
      await open(world.device(ann.account, ann.api)),
    ];
    const at = await laptop.save(world.newItem(), noteOf("Plan", "first"));
    await phone.save(at, noteOf("Plan", "second"));
    await expect(laptop.save(at, noteOf("Plan", "third"))).rejects.toMatchObject({
      name: "ItemChanged",
      itemId: at.id,
    });
    const now = await laptop.read(at.id);
    expect(now.content).toMatchObject({ text: "second" });
    await laptop.remove([now]);
    await expect(phone.save(now, noteOf("Plan", "fourth"))).rejects.toMatchObject({ name: "ItemChanged" });
    await expect(phone.read(at.id)).rejects.toMatchObject({ name: "ItemChanged" });
    expect(await phone.list()).toEqual([]);
  });

  it("removes any number, and each is gone for good", async () => {
    const book = await open(world.device(ann.account, ann.api));
    const items = [];
    for (let i = 0; i < 30; i++) items.push(await book.save(world.newItem(), noteOf(`${i}`)));
    await book.remove(items.slice(1));
    expect(namesIn(await book.list())).toEqual(["0"]);
    const gone = items[1] ?? items[0];
    await expect(book.save({ id: gone?.id ?? "itm_", version: 0 }, noteOf("again"))).rejects.toMatchObject({
      name: "ItemChanged",
    });
  });

  it("saves once when the reply to a change is lost", async () => {
    let isLost = true;
    const changeItems: typeof ann.api.changeItems = async (input) => {
      const reply = await ann.api.changeItems(input);
      if (!isLost) return reply;
      isLost = false;
      return ann.api.changeItems(input); // what a client does whose connection broke, without the key that would make it one
    };
    const book = await open(world.device(ann.account, { ...ann.api, changeItems }));
    await book.save(world.newItem(), noteOf("Once"));
    expect(namesIn(await book.list())).toEqual(["Once"]);
    expect((await (await open(world.device(ann.account, ann.api))).list())[0]).toMatchObject({ version: 1 });
  });

  it("does not exist for anyone else, in the same organisation or another", async () => {
    const book = await open(world.device(ann.account, ann.api));
    const { id: itemId } = await book.save(world.newItem(), noteOf("Mine"));
    const { vaultId } = book;
    const colleague = await world.giveKeys(world.ctx(world.person("admin", ann.ctx.actor.tenantId)));
    const stranger = await world.keeper("ben");
    for (const { api } of [colleague, stranger]) {
      const missing = { code: "vault.not_found" };
      await expect(api.getVault({ vaultId })).rejects.toMatchObject(missing);
      await expect(api.listItems({ vaultId })).rejects.toMatchObject(missing);
      await expect(api.readBucket({ vaultId, bucket: 0 })).rejects.toMatchObject(missing);
      await expect(api.getContent({ vaultId, itemId })).rejects.toMatchObject(missing);
      await expect(api.listManifests({ vaultId, after: 0 })).rejects.toMatchObject(missing);
      const changes = [{ do: "remove" as const, id: itemId, version: 2 }];
      await expect(api.changeItems({ vaultId, manifest: "AAAA", changes })).rejects.toMatchObject(missing);
      expect((await api.listVaults({})).items).toEqual([]);
    }
    expect(namesIn(await book.list())).toEqual(["Mine"]);
  });
});

describe("the server", () => {
  it("keeps the audit line with each change", async () => {
    const book = await open(world.device(ann.account, ann.api));
    const at = await book.save(world.newItem(), noteOf("One"));
    await book.remove([at]);
    expect(world.auditEvents().slice(-3)).toEqual(["vault.created", "vault.changed", "vault.changed"]);
  });

  it("refuses what would not come to the manifest, and leaves the vault as it was", async () => {
    let spoil = (input: Parameters<typeof ann.api.changeItems>[0]) => input;
    const changeItems: typeof ann.api.changeItems = (input) => ann.api.changeItems(spoil(input));
    const book = await open(world.device(ann.account, { ...ann.api, changeItems }));
    await book.save(world.newItem(), noteOf("Kept"));
    spoil = (input) => ({
      ...input,
      changes: [...input.changes, { do: "remove", id: world.newItem().id, version: 1 }],
    });
    await expect(book.save(world.newItem(), noteOf("A"))).rejects.toMatchObject({ code: "item.not_found" });
    spoil = ({ changes, ...input }) => ({
      ...input,
      changes: changes.map((change) => (change.do === "put" ? { ...change, entry: change.content } : change)),
    });
    await expect(book.save(world.newItem(), noteOf("B"))).rejects.toMatchObject({ code: "vault.manifest_wrong" });
    spoil = ({ changes, ...input }) => ({ ...input, changes: [...changes, ...changes] });
    await expect(book.save(world.newItem(), noteOf("C"))).rejects.toMatchObject({ code: "request.invalid" });
    const other = (char: string) => (char === "A" ? "B" : "A");
    spoil = (input) => ({ ...input, manifest: input.manifest.replace(/(?<=^.{300})./, other) }); // in its signature
    await expect(book.save(world.newItem(), noteOf("D"))).rejects.toMatchObject({ code: "vault.manifest_wrong" });
    spoil = (input) => input;
    expect(namesIn(await book.list())).toEqual(["Kept"]);
    expect(namesIn(await (await open(world.device(ann.account, ann.api))).list())).toEqual(["Kept"]);
  });

  it("keeps no more bytes than the plan allows, says how many there are, and frees what is removed", async () => {
    const book = await open(world.device(ann.account, ann.api));
    const at = await book.save(world.newItem(), noteOf("Small"));
    const { vaultBytesMax } = TIERS.free;
    const room = {
      do: "update",
      sk: "COUNT#vault",
      set: { bytes: vaultBytesMax - 100 },
      otherwise: "internal",
    } as const;
    await ann.ctx.table.write(room);
    await expect(book.save(world.newItem(), noteOf("More"))).rejects.toMatchObject({
      code: "quota.exceeded",
      problem: { details: { what: "vault bytes", limit: vaultBytesMax, current: vaultBytesMax - 100 } },
    });
    await book.remove([at]);
    await book.save(world.newItem(), noteOf("Fits"));
    expect(namesIn(await book.list())).toEqual(["Fits"]);
  });

  it("lists a large vault by pages, and opens one item of it by one bucket", async () => {
    const asked: string[] = [];
    const api = new Proxy(ann.api, {
      get: (target, name: keyof typeof ann.api) => (input: never) => {
        asked.push(name);
        return target[name](input);
      },
    });
    const first = await open(world.device(ann.account, ann.api));
    for (let i = 0; i < 40; i++) await first.save(world.newItem(), noteOf(`${i}`));
    const [some] = await first.list();
    const listItems: typeof ann.api.listItems = (input) => api.listItems({ ...input, limit: 7 });
    const book = await open(world.device(ann.account, { ...ann.api, listItems }));
    const steps: number[] = [];
    expect(await book.list((items) => steps.push(items.length))).toHaveLength(40);
    expect(steps).toEqual([7, 14, 21, 28, 35, 40]);
    steps.length = 0;
    for (let i = 40; i < 60; i++) await first.save(world.newItem(), noteOf(`${i}`));
    await (await open(world.device(ann.account, ann.api))).list((items) => steps.push(items.length));
    expect(steps).toEqual([50, 60]); // few at first, so that somebody who waits sees names soon
    asked.length = 0;
    const again = await open(world.device(ann.account, api));
    await again.read(some?.id ?? "itm_");
    expect(asked).toEqual(["listVaults", "getVault", "readBucket", "getContent"]);
  });
});
