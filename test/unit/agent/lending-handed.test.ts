import { beforeEach, describe, expect, it } from "vitest";
import { HandedWorld, SITE, VALUE } from "#test/support/handed-world.ts";

const DONE = "You sent [vault:weather/key].";

/** The agent of the one who was handed the secret acts itself, and holds itself to what was granted. */
describe("an agent that uses what another person has handed over", () => {
  let world: HandedWorld;
  beforeEach(() => {
    world = new HandedWorld();
  });
  const hold = (more: Parameters<HandedWorld["grantOf"]>[0] = {}) => {
    const grant = world.grantOf(more);
    world.offer(grant);
    return grant;
  };

  it("sends the request itself, masks the answer, and asks no other agent", async () => {
    hold();
    expect(world.lending.borrower.list()).toMatchObject([{ name: "weather", sentBy: "you", sites: [SITE] }]);
    expect(await world.use()).toBe(DONE);
    expect(world.heard).toEqual([{ url: `${SITE}/v1`, key: VALUE, kept: 1 }]); // counted before it was sent
    expect(world.uses.waiting).toEqual([]);
  });

  it("counts, also over a restart, and of many at one moment does as many as are left", async () => {
    const grant = hold();
    expect(await world.use()).toBe(DONE);
    const said = await Promise.all(Array.from({ length: 10 }, () => world.use()));
    expect(said.filter((one) => one === DONE)).toHaveLength(2);
    world.start();
    world.offer(grant);
    expect(await world.use()).toBe("The grant has no uses left.");
    expect(world.heard).toHaveLength(3);
  });

  it("is not given back by an offer from before the last, after a restart neither", async () => {
    const grant = hold();
    world.offer(undefined); // version 2: it was taken back
    world.start();
    world.offer(grant, { version: 1 });
    expect(await world.use()).toContain("Nothing is lent to you");
    world.offer(grant, { version: 2 });
    expect(await world.use()).toBe(DONE);
  });

  it.each([
    ["another method", { method: "DELETE" }, "The grant allows GET and nothing else."],
    ["another site", { url: "https://elsewhere.example/v1" }, `"weather" may be sent to ${SITE} and nowhere else.`],
    ["another field", { use: [{ header: "a", reference: "weather/note" }] }, 'has no field "note"'],
    ["what is no request", { url: 7 }, "The grant allows GET"],
    ["another name", { lent: "bank" }, "Nothing is lent to you under the name"],
  ])("does nothing with %s, and does not count it", async (_what, more, words) => {
    hold();
    expect(await world.use(more)).toContain(words);
    expect([world.heard, world.counted()]).toEqual([[], 0]);
  });

  it("has no more of the item than the grant names", async () => {
    hold({ fields: [] });
    expect(await world.use()).toContain('has no field "key"');
  });

  it("does nothing after the grant's time", async () => {
    const { notAfterMs } = hold();
    world.nowMs = notAfterMs + 1;
    expect(await world.use()).toBe("The time of the grant is over.");
    expect(world.heard).toEqual([]);
  });

  it("does nothing where it cannot ask whether the grant was taken back", async () => {
    hold();
    world.isAway = true;
    expect(await world.use()).toContain("could not be asked");
    expect(world.heard).toEqual([]);
  });

  it("holds it while a device of its owner is unlocked, and no longer", async () => {
    hold();
    world.lending.drop();
    expect(await world.use()).toContain("Nothing is lent to you");
    world.offer(undefined);
    expect(world.lending.borrower.list()).toEqual([]);
  });
});
