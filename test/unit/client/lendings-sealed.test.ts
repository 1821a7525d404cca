import { beforeEach, describe, expect, it } from "vitest";
import { describeTerms } from "#shared/client/lending/words.ts";
import { shareIdOf } from "#shared/crypto/grants/grant.ts";
import { type Lender, LendingWorld, readOnly, WISH } from "#test/support/lending-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

const PASSWORD = { name: "password", value: "the password", isHidden: true };
const code = (value: string) => ({ code: value });

describe("a grant that hands the secret over", () => {
  let world: LendingWorld;
  let ann: Lender; // has the secret
  let ben: Lender; // asks for it
  let item: Awaited<ReturnType<LendingWorld["keep"]>>;
  beforeEach(async () => {
    world = new LendingWorld();
    [ann, ben] = await world.twoLenders();
    item = await world.keep(ann, "the password");
  });

  const ask = (more: Partial<typeof WISH> = {}) =>
    ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, { ...WISH, tier: "sealed", ...more });
  const approve = async (more: object = {}) => {
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, tier: "sealed" as const };
    await ann.lendings.approve(await readOnly(ann), { ...approval, ...more });
  };
  const handOver = async (): Promise<ReturnType<typeof shareIdOf>> => {
    const grantId = await ask();
    await approve();
    return shareIdOf(grantId);
  };
  const offered = async () => {
    await ben.items.offer();
    return ben.told()?.borrowed ?? [];
  };
  const read = (shareId: ReturnType<typeof shareIdOf>) => world.sharesOf(ben).open(shareId);

  it("gives it to person and agent of the one who asked, in words that say so, and to no agent of its owner", async () => {
    const shareId = await handOver();
    expect(describeTerms(await readOnly(ann)).at(-1)).toContain("taking it back means changing it at the provider");
    expect(await readOnly(ben)).toMatchObject({ row: { tier: "sealed", handed: item }, handed: { grant: item } });
    expect(await offered()).toMatchObject([{ what: WISH.what, fields: expect.arrayContaining([PASSWORD]) }]);
    expect((await read(shareId)).content).toMatchObject({ password: "the password" });
    await ann.items.offer();
    expect((await ann.items.read()).grants.lent).toEqual([]);
    expect(ann.told()?.lent ?? []).toEqual([]);
    expect(JSON.stringify([...world.store.rows.values()])).not.toContain("the password");
  });

  it("is handed over where it was kept and the answer lost, and nobody is told otherwise", async () => {
    const lending = await ask().then(() => readOnly(ann));
    const other = await world.deviceOf(ann, (honest) => ({
      ...honest,
      approve: (input) => honest.approve(input).then(() => Promise.reject(new Error("no answer"))),
    }));
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, tier: "sealed" as const };
    await other.lendings.approve(lending, approval);
    expect((await read(shareIdOf(lending.row.id))).content).toMatchObject({ password: "the password" });
  });

  it("may be answered with its use alone: then nothing leaves", async () => {
    const grantId = await ask();
    await approve({ tier: undefined });
    expect(await readOnly(ben)).toMatchObject({ row: { tier: "live", handed: null }, letter: { tier: "sealed" } });
    expect(ann.told()?.lent).toHaveLength(1);
    expect((await offered())[0]).not.toHaveProperty("fields");
    await expect(read(shareIdOf(grantId))).rejects.toMatchObject(code("share.not_found"));
  });

  it("is none where only the use was asked for, whoever would rather hand over", async () => {
    await ask({ tier: "live" });
    await expect(approve()).rejects.toMatchObject({ reason: "wider" });
    const lending = await readOnly(ann);
    const swapped = { ...lending, letter: { ...lending.letter, tier: "sealed" as const } };
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, tier: "sealed" as const };
    await expect(ann.lendings.approve(swapped, approval)).rejects.toMatchObject(code("grant.wider"));
    expect((await readOnly(ann)).row).toMatchObject({ state: "asked", tier: "live" });
    expect([...world.store.rows.keys()].filter((key) => key.includes("SHARE"))).toEqual([]);
  });

  it("has nobody to ask at each use", async () => {
    await ask();
    await approve({ asks: true });
    expect((await readOnly(ben)).handed?.grant).toMatchObject({ tier: "sealed", asks: false });
  });

  it("opens once for each version, however often the agent is told, and follows what its owner saves", async () => {
    const shareId = await handOver();
    const opens = async () => (await world.sharesOf(ben).received())[0]?.opens;
    for (let nth = 0; nth < 3; nth += 1) await offered();
    expect(await opens()).toBe(1);
    const own = await ann.vaults.open("own");
    const { version } = await own.read(item.itemId);
    await own.save({ id: item.itemId, version }, loginOf("weather", "another"));
    await expect(read(shareId)).rejects.toMatchObject(code("share.outdated"));
    expect(JSON.stringify(await offered())).toContain("the password"); // until the owner's device has sealed it anew
    await world.sharesOf(ann).renew(own);
    expect(JSON.stringify(await offered())).toContain("another");
    expect(await opens()).toBe(2);
  });

  it("does not take the other grants with it where its owner makes of it what is no item", async () => {
    await handOver();
    const own = await ann.vaults.open("own");
    const { version } = await own.read(item.itemId);
    const none = { entry: { type: "contacts" }, content: { type: "contacts", verified: [] } } as const;
    await own.saveHidden({ id: item.itemId, version }, { ...none, content: { ...none.content, verified: [] } }); // signed as any item is
    await world.sharesOf(ann).renew(own);
    await ben.items.offer();
    expect([ben.troubles, ben.told()?.borrowed]).toEqual([[], []]);
  });

  it("opens nothing once it is taken back: other keys, a note on the item, and nothing for the agent", async () => {
    const shareId = await handOver();
    await read(shareId);
    const own = await ann.vaults.open("own");
    const before = await own.partsOf(item.itemId, "read");
    expect(await ann.lendings.revoke(await readOnly(ann))).toEqual({ tier: "sealed", isSealedAnew: true });
    await expect(read(shareId)).rejects.toMatchObject(code("share.not_found"));
    expect(await offered()).toEqual([]);
    expect((await readOnly(ben)).row.state).toBe("revoked");
    expect(describeTerms(await readOnly(ann)).at(-1)).toContain("has to be changed at the provider");
    const after = await (await ann.vaults.open("own")).partsOf(item.itemId, "read");
    expect(after.contentKey).not.toEqual(before.contentKey);
    const kept = await own.read(item.itemId);
    expect(kept.entry).toHaveProperty("exposedAt", world.clock.toISOString());
    expect(kept.content).toMatchObject({ password: "the password" });
    const keeper = ben.agentId;
    expect([...world.store.rows.keys()].filter((key) => key.includes(`OF#${keeper}#REVOKED#`))).toHaveLength(1);
  });

  it("gets other keys by a second word where the first was broken off", async () => {
    await handOver();
    const given = await readOnly(ann);
    const { vaults } = ann;
    const broken = await world.deviceOf(ann, undefined, {
      ...vaults,
      open: async () => {
        throw new Error("the network is away");
      },
    });
    await expect(broken.lendings.revoke(given)).rejects.toThrow("away");
    const own = await vaults.open("own");
    expect((await own.read(item.itemId)).entry).not.toHaveProperty("exposedAt");
    expect(await ann.lendings.revoke(await readOnly(ann))).toMatchObject({ isSealedAnew: true });
    expect((await own.read(item.itemId)).entry).toHaveProperty("exposedAt");
  });

  it("gets other keys also where the grant cannot be read any more", async () => {
    await handOver();
    const { row } = await readOnly(ann);
    expect(await ann.lendings.revoke({ row })).toEqual({ tier: "sealed", isSealedAnew: true });
    expect((await (await ann.vaults.open("own")).read(item.itemId)).entry).toHaveProperty("exposedAt");
  });

  it("says that the keys stay where the item is gone", async () => {
    await handOver();
    const own = await ann.vaults.open("own");
    const { version } = await own.read(item.itemId);
    await own.remove([{ id: item.itemId, version }]);
    expect(await ann.lendings.revoke(await readOnly(ann))).toEqual({ tier: "sealed", isSealedAnew: false });
  });

  it("ends at its time for person and agent, and is taken back after it", async () => {
    const shareId = await handOver();
    expect(await offered()).toHaveLength(1);
    world.turn(8 * 86_400_000);
    expect(await offered()).toEqual([]);
    await expect(read(shareId)).rejects.toMatchObject(code("share.expired"));
    expect((await readOnly(ann)).row.state).toBe("expired");
    expect(await ann.lendings.revoke(await readOnly(ann))).toMatchObject({ isSealedAnew: true });
  });

  it("is listed until it is taken back, also after its end", async () => {
    await handOver();
    const lives = () =>
      [...world.store.rows].filter(([key]) => /GRANT(SOF)?#/.test(key)).map(([, row]) => "ttlSeconds" in row);
    expect(lives()).toEqual([false, false, false]);
    await ann.lendings.revoke(await readOnly(ann));
    expect(lives()).toEqual([true, true, true]);
  });

  it("is no share to be taken back by itself; who holds it may put it away", async () => {
    const shareId = await handOver();
    const own = await ann.vaults.open("own");
    const [share] = await world.sharesOf(ann).given(own.vaultId);
    expect(share).toMatchObject({ id: shareId, state: "accepted", isOfGrant: true });
    if (share) await expect(world.sharesOf(ann).revoke(own, share)).rejects.toMatchObject(code("share.of_grant"));
    expect(await offered()).toHaveLength(1);
    await world.sharesOf(ben).answer(shareId, "decline");
    expect(await offered()).toEqual([]);
    expect(await ann.lendings.revoke(await readOnly(ann))).toMatchObject({ isSealedAnew: true });
  });
});
