import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { sealedNotesOf } from "#shared/client/device/stores.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import type { Which } from "#shared/client/vault/state.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { until } from "#test/support/until.ts";
import { loginOf } from "#test/support/vault-world.ts";
import { keepItems, type VaultItems } from "../../../frontend/src/lib/vault/items/vault-items.ts";
import { openCare, type VaultCare } from "../../../frontend/src/lib/vault/keys/care.ts";
import { type Care, careNews } from "../../../frontend/src/lib/vault/keys/care-news.ts";

let world: GroupWorld;
let [ann, ben]: Someone[] = [];
const DAY_MS = 24 * 3_600_000;
const open: VaultCare[] = [];

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("finance");
  ben = await world.colleague(ann, "ben");
});
afterEach(() => {
  for (const care of open.splice(0)) care.stop();
});

const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("not there");
  return value;
};

/** A browser of somebody that was just unlocked, by whichever API. */
function browser(
  person: Someone,
  api: VaultApi = person.api,
  database = makeMemoryDatabase(),
  sealed = sealedNotesOf(database, ""),
) {
  const vaults: Vaults = world.freshDevice(person, { api });
  const known = new Map<Which, VaultItems>();
  const itemsOf = (which: Which): VaultItems => {
    const items =
      known.get(which) ??
      keepItems(async () => vaults.open(which), { onWritten: () => undefined, onRead: () => care.see(which) });
    known.set(which, items);
    return items;
  };
  const care = openCare({
    ...{ list: vaults.list, itemsOf, sealed, now: world.now },
    renewShares: async () => undefined,
  });
  open.push(care);
  return { care, itemsOf, database };
}

/** A vault of Ann's with three items, which Ben has too. */
async function shared(rights = EDIT): Promise<Id<"vault">> {
  const { vaultId, book } = await share(given(ann), [{ who: given(ben), rights }]);
  for (const name of ["a", "b", "c"]) await book.save(world.newItem(), loginOf(name));
  return vaultId;
}

/** Leaves every item under the key that a removed member had. */
async function cyComesAndGoes(vaultId: Id<"vault">): Promise<void> {
  const cy = await world.colleague(given(ann), "cy");
  const book = await given(ann).vaults.open(vaultId);
  await book.addMember(cy.account.uid, 3);
  await book.removeMember(cy.account.uid);
}

/** How the vault is seen by a device that has seen nothing. */
async function stateOf(vaultId: Id<"vault">) {
  const book = await world.freshDevice(given(ann)).open(vaultId);
  await book.list();
  return { keyGen: book.head().ring.current.keyGen, ...book.progress() };
}

const settled = (vaultId: Id<"vault">, keyGen: number) =>
  until(async () => {
    expect(await stateOf(vaultId)).toMatchObject({ keyGen, done: 3, of: 3 });
    expect(careNews.get()).toEqual([]);
  });

/** Everything that is said until the work is over. */
function listen(): Care[] {
  const said: Care[] = [];
  careNews.subscribe(() => said.push(...careNews.get()));
  return said;
}

describe("the keys of vaults, once one's own is open", () => {
  it("are changed when they are ninety days old, each vault's, though no page shows it; and everything is sealed anew", async () => {
    const vaults = [await shared(), await shared()];
    world.clock = new Date(world.clock.getTime() + 91 * DAY_MS);
    const said = listen();
    browser(given(ann)).care.begin();
    for (const vaultId of vaults) await settled(vaultId, 2);
    expect(said.some(({ name, does }) => name === "Finance" && does.is === "changing" && does.due === "age")).toBe(
      true,
    );
    expect(said.some(({ does }) => does.is === "sealing" && does.done < does.of)).toBe(true);
    const [first, second] = vaults.map((vaultId) => said.findLastIndex(({ which }) => which === vaultId));
    const begins = vaults.map((vaultId) => said.findIndex(({ which }) => which === vaultId));
    expect(Math.min(given(first), given(second))).toBeLessThan(Math.max(...begins)); // one after the other
  });

  it("are gone on with where a removal left items under the earlier one, by whoever may write", async () => {
    const vaultId = await shared();
    await cyComesAndGoes(vaultId);
    expect(await stateOf(vaultId)).toMatchObject({ keyGen: 2, done: 0, of: 3 });
    browser(given(ben)).care.begin();
    await settled(vaultId, 2);
  });

  it("are left alone by who may only read", async () => {
    const vaultId = await shared(["list", "read"]);
    await cyComesAndGoes(vaultId);
    const said = listen();
    const { care, itemsOf } = browser(given(ben));
    care.begin();
    await itemsOf(vaultId).refresh();
    await new Promise((done) => setTimeout(done, 50));
    world.clock = new Date(world.clock.getTime() + 91 * DAY_MS);
    care.see(vaultId);
    await new Promise((done) => setTimeout(done, 50));
    expect(said).toEqual([]); // nor tried, which the chain would refuse
    expect(await stateOf(vaultId)).toMatchObject({ keyGen: 2, done: 0 });
  });

  it("are changed once and sealed whole by two devices at the same time", async () => {
    const vaultId = await shared(MANAGE);
    world.clock = new Date(world.clock.getTime() + 91 * DAY_MS);
    for (const person of [ann, ann, ben]) browser(given(person)).care.begin();
    await settled(vaultId, 2);
    expect(await stateOf(vaultId)).toMatchObject({ keyGen: 2, done: 3, of: 3, stuck: [] });
  });

  it("are looked after again when somebody is removed while the vault is open", async () => {
    const vaultId = await shared();
    const { care, itemsOf } = browser(given(ann));
    care.begin();
    await itemsOf(vaultId).refresh();
    await itemsOf(vaultId).step((book) => book.removeMember(given(ben).account.uid));
    await settled(vaultId, 2);
  });

  it("are looked after again when somebody is removed in the moment in which the work ends", async () => {
    const vaultId = await shared();
    await cyComesAndGoes(vaultId);
    const notes = sealedNotesOf(makeMemoryDatabase(), "");
    let isRemoved = false;
    const write: typeof notes.write = async (...note) => {
      if (!isRemoved) await itemsOf(vaultId).step((mine) => mine.removeMember(given(ben).account.uid));
      isRemoved = true;
      await notes.write(...note);
    };
    const { care, itemsOf } = browser(given(ann), given(ann).api, makeMemoryDatabase(), { ...notes, write });
    care.begin();
    await settled(vaultId, 3);
  });

  it("are not read for again by a device that knows all of it to lie under the newest", async () => {
    const vaultId = await shared();
    await (await given(ann).vaults.open(vaultId)).removeMember(given(ben).account.uid);
    const { care, database } = browser(given(ann));
    care.begin();
    await settled(vaultId, 2);
    await until(async () => expect(await sealedNotesOf(database, "").read(vaultId)).toBe(2));
    const asked: string[] = [];
    const listItems: VaultApi["listItems"] = (input) => {
      asked.push("list");
      return given(ann).api.listItems(input);
    };
    const getVault: VaultApi["getVault"] = (input) => {
      asked.push("vault");
      return given(ann).api.getVault(input);
    };
    browser(given(ann), { ...given(ann).api, listItems, getVault }, database).care.begin();
    await until(() => expect(asked).not.toEqual([]));
    await new Promise((done) => setTimeout(done, 50));
    expect(asked).not.toContain("list");
  });

  it("say what stands in the way, and go on when they are asked to; another vault does not wait for it", async () => {
    const vaults = [await shared(), await shared()];
    world.clock = new Date(world.clock.getTime() + 91 * DAY_MS);
    let isRefused = true;
    const addSteps: VaultApi["addSteps"] = (input) => {
      if (isRefused && input.vaultId === vaults[0]) throw new ApiError("vault.step_refused", "no");
      return given(ann).api.addSteps(input);
    };
    const { care } = browser(given(ann), { ...given(ann).api, addSteps });
    care.begin();
    await until(async () => {
      expect(await stateOf(given(vaults[1]))).toMatchObject({ keyGen: 2, done: 3 });
      expect(careNews.get()).toMatchObject([{ which: vaults[0], trouble: { isTriedAgain: false } }]);
    });
    isRefused = false;
    care.again(given(vaults[0]));
    await settled(given(vaults[0]), 2);
  });

  it("are sealed no further once the vault is locked, and nothing is said of them", async () => {
    const vaultId = await shared();
    await (await given(ann).vaults.open(vaultId)).removeMember(given(ben).account.uid);
    const { care } = browser(given(ann));
    let wasBegun = false;
    const stop = careNews.subscribe(() => {
      if (careNews.get().length === 0) return;
      wasBegun = true;
      care.stop();
    });
    care.begin();
    await until(() => expect(wasBegun).toBe(true));
    await new Promise((done) => setTimeout(done, 100));
    stop();
    expect(careNews.get()).toEqual([]);
    expect(await stateOf(vaultId)).toMatchObject({ done: 0, of: 3 });
  });
});
