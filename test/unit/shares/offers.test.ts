import { beforeEach, describe, expect, it } from "vitest";
import type { Terms } from "#shared/client/shares/shares.ts";
import { GroupWorld, type Someone } from "#test/support/group-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

const OFFERS_MAX = 50;
const full = { code: "share.offers_full" };
let world: GroupWorld;
let ann: Someone;
let ben: Someone;

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
});

/** Somebody's way of offering an item of their own vault to Ben. */
async function offering(from: Someone) {
  const book = await from.vaults.open("own");
  const { id } = await book.save(world.newItem(), loginOf("Bank"));
  return (terms: Partial<Terms> = {}, to = ben) =>
    world.sharesOf(from).give(book, id, {
      ...{ to: to.account.uid, level: "list", expiresAt: null, opensMax: null, ...terms },
    });
}

describe("offers that nobody has answered", { timeout: 60_000 }, () => {
  it("are fifty from one person to another: then one has to be answered or taken back first", async () => {
    const give = await offering(ann);
    const soon = { expiresAt: new Date(world.clock.getTime() + 1000) };
    const given = [];
    for (let i = 0; i < OFFERS_MAX; i++) given.push(await give(i === 0 ? soon : {}));
    await expect(give()).rejects.toMatchObject(full);
    world.turn(1000);
    await expect(give()).rejects.toMatchObject(full); // one that is over still stands in the list
    expect(await world.sharesOf(ben).received()).toHaveLength(OFFERS_MAX);
    const carol = await world.colleague(ann, "carol");
    await (await offering(carol))();
    await give({}, carol);
    for (const [at, answer] of [
      [1, "accept"],
      [2, "decline"],
    ] as const) {
      await world.sharesOf(ben).answer(given[at]?.id ?? "shr_", answer);
      await give();
      await expect(give()).rejects.toMatchObject(full);
    }
  });

  it("are no more than that when two are made at once for the last place", async () => {
    const give = await offering(ann);
    const [first] = await Promise.all([give()]);
    for (let i = 1; i < OFFERS_MAX; i++) await give();
    await world.sharesOf(ben).answer(first.id, "decline");
    const both = await Promise.allSettled([give(), give(), give()]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await world.sharesOf(ben).received()).toHaveLength(OFFERS_MAX);
  });
});
