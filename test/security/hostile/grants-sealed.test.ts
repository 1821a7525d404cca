import { beforeEach, describe, expect, it } from "vitest";
import type { SharesApi } from "#shared/client/shares/shares.ts";
import { sealFor } from "#shared/client/shares/shares.ts";
import type { GrantView } from "#shared/contracts/grants.ts";
import type { OpenedShare, Share } from "#shared/contracts/shares.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { shareIdOf } from "#shared/crypto/grants/grant.ts";
import { type Id, newId } from "#shared/ids.ts";
import { HandedWorld } from "#test/support/handed-world.ts";
import { type Lender, LendingWorld, readOnly, WISH } from "#test/support/lending-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

/** The real clients in front of a platform that lies about what one person has handed over to another. */
describe("B19 a secret that nobody handed over", () => {
  let world: LendingWorld;
  let ann: Lender;
  let ben: Lender;
  let item: Awaited<ReturnType<LendingWorld["keep"]>>;
  let given: GrantView;
  beforeEach(async () => {
    world = new LendingWorld();
    const owner = await world.owner("work");
    const colleague = await world.colleague(owner, "ben");
    await world.upgrade(owner.account.tid, "enterprise");
    ann = await world.lender(owner);
    ben = await world.lender(colleague);
    item = await world.keep(ann, "the password");
    given = await handOver("sealed");
  });

  const handOver = async (tier: "live" | "sealed"): Promise<GrantView> => {
    const id = await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, { ...WISH, tier });
    const lending = (await ann.lendings.list()).find(({ row }) => row.id === id);
    if (!lending || !("letter" in lending)) throw new Error("it was not asked for");
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, tier };
    await ann.lendings.approve(lending, approval);
    const row = (await ben.lendings.list()).find((one) => one.row.id === id)?.row;
    if (!row) throw new Error("it is not listed");
    return row;
  };
  /** What Ben's client and agent make of these rows, with these lies about shares. */
  const shown = async (row: GrantView, lie: Partial<SharesApi> = {}) => {
    world.lieOfShares = (honest) => ({ ...honest, ...lie });
    const seen = await world.deviceOf(ben, (honest) => ({
      ...honest,
      list: async () => ({ items: [row], cursor: null }),
    }));
    await seen.items.offer();
    const [one] = await seen.lendings.list();
    return { one, borrowed: seen.told()?.borrowed, troubles: seen.troubles };
  };
  const honest = () => world.sharesApiOf(ben.account.uid);
  const served = (shareId: Id<"share">) => honest().open({ shareId });
  /** Ann's own sealing of an item for Ben, under a share id and terms of the platform's choosing. */
  const sealedBy = async (who: Lender, terms: Partial<Share>): Promise<OpenedShare> => {
    const own = await who.vaults.open("own");
    const told = await served(shareIdOf(given.id));
    const share = { ...told.share, ...terms };
    const { people } = who.vaults;
    const sealing = await sealFor({ account: who.account, people }, own, share);
    const listed = await own.partsOf(share.itemId, "read");
    return { ...told, share: { ...share, version: listed.version, keyGen: listed.keyGen }, sealed: sealing.sealed };
  };

  it("is what the lies below start from: shown as it was given, it is offered", async () => {
    const { one, borrowed } = await shown(given);
    expect(one).toHaveProperty("handed");
    expect(JSON.stringify(borrowed)).toContain("the password");
  });

  it("is refused where the platform says another tier than was asked for, or signed", async () => {
    const live = await handOver("live");
    for (const [row, tier] of [
      [given, "live"],
      [live, "sealed"],
    ] as const) {
      const { one, borrowed } = await shown({ ...row, tier });
      expect(one).toHaveProperty("trouble");
      expect(borrowed).toEqual([]);
    }
    const asked = { state: "asked", grant: null, issuerAgentId: null, handed: null } as const;
    expect((await shown({ ...given, ...asked })).one).toHaveProperty("letter");
    for (const [row, tier] of [
      [given, "live"],
      [live, "sealed"],
    ] as const)
      expect((await shown({ ...row, ...asked, tier })).one).toHaveProperty("trouble");
  });

  it("is not made of a live grant by a share that goes by its id", async () => {
    const live = await handOver("live");
    const { borrowed } = await shown(live, {
      listReceived: async () => ({
        items: [(await served(shareIdOf(given.id))).share].map((one) => ({ ...one, id: shareIdOf(live.id) })),
      }),
      open: async () => served(shareIdOf(given.id)),
    });
    expect(borrowed?.[0]).not.toHaveProperty("fields");
  });

  it("is not offered from a share under other terms, of another item, or of nobody's signature", async () => {
    const shareId = shareIdOf(given.id);
    const own = await ann.vaults.open("own");
    const { id: itemId } = await own.save(world.newItem(), loginOf("Bank"));
    const told = await served(shareId);
    const lies: OpenedShare[] = [
      { ...told, share: { ...told.share, expiresAt: null } },
      { ...told, share: { ...told.share, opensMax: 9 } },
      await sealedBy(ann, { expiresAt: null }), // Ann's own signature each time, for what is not this grant's
      await sealedBy(ann, { expiresAt: "2030-01-08T00:00:01.000Z" }),
      await sealedBy(ann, { opensMax: 9 }),
      await sealedBy(ann, { level: "list" }),
      await sealedBy(ann, { id: newId("share", new Date()) }),
    ];
    const other = await world
      .sharesOf(ann)
      .give(own, itemId, { to: ben.account.uid, level: "read", expiresAt: null, opensMax: null });
    await world.sharesOf(ben).answer(other.id, "accept");
    const bank = await served(other.id);
    const { sealed: asGiven } = await sealedBy(ann, { itemId });
    lies.push(bank, {
      ...bank,
      sealed: asGiven,
      share: { ...bank.share, id: shareId, expiresAt: told.share.expiresAt },
    });
    for (const lie of lies) expect((await shown(given, { open: async () => lie })).borrowed).toEqual([]);
    expect((await shown(given, { open: async () => sealedBy(ann, {}) })).borrowed).toHaveLength(1);
  });

  it("is not a third person's item that goes by the same id in a vault of theirs", async () => {
    const carol = await world.colleague(ann, "carol");
    const hers = await carol.vaults.open("own");
    await hers.save({ id: item.itemId, version: 0 }, loginOf("weather", "another password"));
    const { share } = await served(shareIdOf(given.id));
    const terms = { level: "read", expiresAt: new Date(share.expiresAt ?? 0), opensMax: null } as const;
    const { id } = await world.sharesOf(carol).give(hers, item.itemId, { to: ben.account.uid, ...terms });
    await world.sharesOf(ben).answer(id, "accept");
    const told = await served(id);
    const asGiven = { ...told.share, id: share.id };
    const { sealed } = await sealFor({ account: carol.account, people: carol.vaults.people }, hers, asGiven);
    expect((await shown(given, { open: async () => ({ ...told, share: asGiven, sealed }) })).borrowed).toEqual([]);
  });

  it("is no agent's of its owner to act with, whatever stands in the agent's own list", async () => {
    await ann.items.change((grants) => ({ ...grants, lent: [given.id] }));
    expect(ann.told()).toMatchObject({ lent: [] });
  });

  it("is kept by the platform only where it was asked for, and under its own grant", async () => {
    const id = await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, WISH);
    const share = { ...item, version: 1, chainSeq: 1, sealed: "AAAA" };
    const approval = { grantId: id, agentId: ann.agentId, maxUses: 1, notAfter: "2030-01-02T00:00:00.000Z" };
    const grant = { toIssuer: "AAAA", toSubject: "AAAA" };
    await expect(ann.grants.approve({ ...approval, grant, tier: "sealed", share })).rejects.toMatchObject({
      code: "grant.wider",
    });
    for (const wrong of [{ tier: "live", share }] as const)
      await expect(ann.grants.approve({ ...approval, grant, ...wrong })).rejects.toMatchObject({
        code: "request.invalid",
      });
    const other = await ben.lendings.ask(
      ann.account.uid,
      { id: ben.agentId, name: "Ben's" },
      { ...WISH, tier: "sealed" },
    );
    const sealed = { ...approval, grantId: other, grant, tier: "sealed" } as const;
    await expect(ann.grants.approve(sealed)).rejects.toMatchObject({ code: "request.invalid" });
    const { sealed: elsewhere, share: made } = await served(shareIdOf(given.id));
    const moved = { ...item, version: made.version, chainSeq: 1, sealed: elsewhere };
    await expect(ann.grants.approve({ ...sealed, share: moved })).rejects.toMatchObject({ code: "share.refused" });
  });

  it("is handed over once, however many approve or deny at the same moment", async () => {
    const id = await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, { ...WISH, tier: "sealed" });
    const lending = (await ann.lendings.list()).find(({ row }) => row.id === id);
    if (!lending || !("letter" in lending)) throw new Error("it was not asked for");
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, tier: "sealed" as const };
    const approve = () => ann.lendings.approve(lending, approval);
    const done = await Promise.allSettled([approve(), approve(), approve(), ann.lendings.deny(id)]);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is taken back whole or not at all", async () => {
    const lending = await readOnly(ann);
    const wrong = { grantId: given.id, revocation: "AAAA" };
    await expect(ann.grants.revoke(wrong)).rejects.toMatchObject({ code: "grant.revocation_wrong" });
    expect(await served(shareIdOf(given.id))).toMatchObject({ share: { state: "accepted" } });
    await ann.lendings.revoke(lending);
    await expect(served(shareIdOf(given.id))).rejects.toMatchObject({ code: "share.not_found" });
  });
});

describe("I07 an agent that holds another person's secret, before a platform that lies to it", () => {
  let world: HandedWorld;
  beforeEach(() => {
    world = new HandedWorld();
  });
  const DONE = "You sent [vault:weather/key].";

  it("uses none that was brought back once it has heard the issuer's word, also after a restart", async () => {
    const grant = world.grantOf();
    world.offer(grant);
    expect(await world.use()).toBe(DONE);
    world.takeBack(grant.grantId);
    expect(await world.use()).toBe("The grant was taken back.");
    world.uses.revocations = []; // and the platform forgets it
    world.start();
    world.offer(grant);
    expect(await world.use()).toBe("The grant was taken back.");
    expect(world.heard).toHaveLength(1);
  });

  it("takes it back at the next use where the word came before any device did", async () => {
    const grant = world.grantOf();
    world.takeBack(grant.grantId);
    await world.lending.look();
    expect(world.errors).toEqual(["lending.not_taken_back"]);
    world.offer(grant);
    expect(await world.use()).toBe("The grant was taken back.");
  });

  it("takes nothing back for anybody but the issuer, its own owner included", async () => {
    const grant = world.grantOf();
    world.offer(grant);
    world.takeBack(grant.grantId, makeIdentity());
    world.takeBack(grant.grantId, world.subject.person);
    expect(await world.use()).toBe(DONE);
  });

  it("holds none that its issuer did not sign, or that is another agent's or the other tier's", async () => {
    const grant = world.grantOf();
    const { subject } = grant;
    const cases: (() => void)[] = [
      () => world.offer(grant, { by: makeIdentity() }),
      () => world.offer(grant, { by: world.subject.person }),
      () => world.offer({ ...grant, subject: { ...subject, agentId: newId("agent", new Date()) } }),
      () => world.offer({ ...grant, subject: { ...subject, signKey: makeIdentity().sign.publicKey } }),
      () => world.offer({ ...grant, tier: "live" }), // a value beside a grant to use it from afar
      () => world.offer(grant, { fields: null }),
    ];
    for (const offer of cases) {
      offer();
      expect(world.lending.borrower.list()).toEqual([]);
    }
    world.offer(grant);
    expect(world.lending.borrower.list()).toHaveLength(1);
  });
});
