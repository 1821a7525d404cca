import { beforeEach, describe, expect, it } from "vitest";
import { countOpen, findShare } from "#lambdas/shares/share.repository.ts";
import type { Terms } from "#shared/client/shares/shares.ts";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { newId } from "#shared/ids.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let book: VaultBook;
let bank: Listed;
const DAY_MS = 24 * 3600_000;
const code = (value: string) => ({ code: value });
const sharesOf = (who: Someone) => world.sharesOf(who);
const later = (days: number) => {
  world.clock = new Date(world.clock.getTime() + days * DAY_MS);
};

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  book = await ann.vaults.open("own");
  bank = await book.save(world.newItem(), loginOf("Bank"));
  await book.save(world.newItem(), loginOf("Mail"));
});

const give = (terms: Partial<Terms> = {}, from = ann, of = book) =>
  sharesOf(from).give(of, bank.id, { to: ben.account.uid, level: "read", expiresAt: null, opensMax: null, ...terms });
const accepted = async (terms: Partial<Terms> = {}) => {
  const given = await give(terms);
  await sharesOf(ben).answer(given.id, "accept");
  return given;
};
const rowsNaming = (text: string) => [...world.store.rows].filter(([, row]) => JSON.stringify(row).includes(text));

describe("a share of one item", () => {
  it("is read by the one it is for, and gives nothing else of the vault", async () => {
    const { id } = await accepted();
    expect(await sharesOf(ben).open(id)).toMatchObject({
      ...loginOf("Bank"),
      share: { opens: 1, from: ann.account.uid },
    });
    await expect(ben.vaults.open(book.vaultId)).rejects.toMatchObject(code("vault.not_found"));
    await expect(ben.api.listItems({ vaultId: book.vaultId })).rejects.toMatchObject(code("vault.not_found"));
  });

  it("gives the name alone, where that is what was given", async () => {
    const { id } = await accepted({ level: "list" });
    const opened = await sharesOf(ben).open(id);
    expect([opened.entry.name, opened.content]).toEqual(["Bank", undefined]);
    expect(await world.sharesApiOf(ben.account.uid).open({ shareId: id })).toMatchObject({ content: null });
  });

  it("shows its name without being counted, once it is accepted and not before", async () => {
    const { id } = await give();
    await expect(sharesOf(ben).name(id)).rejects.toMatchObject(code("share.wrong_state"));
    await sharesOf(ben).answer(id, "accept");
    expect((await sharesOf(ben).name(id)).entry.name).toBe("Bank");
    expect(await sharesOf(ben).received()).toMatchObject([{ state: "accepted", opens: 0 }]);
  });

  it("leaves nothing with who declines it, and tells who gave it", async () => {
    const { id } = await accepted();
    await sharesOf(ben).answer(id, "decline");
    expect(await sharesOf(ben).received()).toEqual([]);
    await expect(sharesOf(ben).open(id)).rejects.toMatchObject(code("share.not_found"));
    expect(await sharesOf(ann).given(book.vaultId)).toMatchObject([{ state: "declined" }]);
    expect([...world.store.rows.keys()].filter((key) => key.includes(`SHARETO#${ben.account.uid}`))).toEqual([]);
    expect(rowsNaming(id).filter(([, row]) => typeof row["sealed"] === "string")).toEqual([]);
  });

  it("ends at its date, by the condition at once and by its time to live a month later", async () => {
    const { id } = await accepted({ expiresAt: new Date(world.clock.getTime() + DAY_MS) });
    later(1);
    await expect(sharesOf(ben).open(id)).rejects.toMatchObject(code("share.expired"));
    expect(await sharesOf(ben).received()).toMatchObject([{ state: "expired" }]);
    expect(await sharesOf(ann).given(book.vaultId)).toMatchObject([{ state: "expired" }]);
    later(30);
    expect(await sharesOf(ben).received()).toEqual([]);
    expect(await sharesOf(ann).given(book.vaultId)).toEqual([]);
  });

  it("is counted only while it lives, by the write itself: what was read before it may be over", async () => {
    const { id } = await accepted({ expiresAt: new Date(world.clock.getTime() + DAY_MS), opensMax: 1 });
    const row = await findShare(ben.ctx.table, id);
    if (!row) throw new Error("it is there");
    const count = (at = world.clock, of = row) => ben.ctx.table.write(countOpen(of, at));
    await expect(count(new Date(row.endsAt))).rejects.toMatchObject(code("share.spent"));
    await expect(count(world.clock, { ...row, version: 9 })).rejects.toMatchObject(code("share.spent"));
    await count();
    await expect(count()).rejects.toMatchObject(code("share.spent"));
    await sharesOf(ben).answer(id, "decline");
    await expect(count(world.clock, { ...row, opensMax: null })).rejects.toMatchObject(code("share.spent"));
  });

  it("is not made for a date that is past, for oneself, or for somebody without keys", async () => {
    await expect(give({ expiresAt: world.clock })).rejects.toMatchObject(code("share.expired"));
    await expect(give({ to: ann.account.uid })).rejects.toMatchObject({ name: "ApiError" });
    await expect(give({ to: newId("user", world.clock) })).rejects.toMatchObject(code("crypto.context"));
  });

  it("of fifty opens at once at one less than its limit, answers exactly one", async () => {
    const { id } = await accepted({ opensMax: 3 });
    for (let i = 0; i < 2; i++) await sharesOf(ben).open(id);
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => sharesOf(ben).open(id)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = all.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    expect(new Set(refused)).toEqual(new Set(["share.spent"]));
    expect(await sharesOf(ann).given(book.vaultId)).toMatchObject([{ opens: 3 }]);
    expect(world.auditEvents().filter((event) => event === "share.opened")).toHaveLength(3);
  });

  it("is for one person of one organisation: for anybody else there is none", async () => {
    const { id } = await accepted();
    const carol = await world.colleague(ann, "carol");
    const stranger = await world.owner("elsewhere");
    for (const other of [carol, stranger]) {
      const api = world.sharesApiOf(other.account.uid);
      for (const ask of [api.get, api.open, api.revoke]) {
        await expect(ask({ shareId: id })).rejects.toMatchObject(code("share.not_found"));
      }
      await expect(api.answer({ shareId: id, answer: "decline" })).rejects.toMatchObject(code("share.not_found"));
      await expect(api.listGiven({ vaultId: book.vaultId })).rejects.toMatchObject(code("vault.not_found"));
      expect((await api.listReceived({})).items).toEqual([]);
    }
    expect(await sharesOf(ben).received()).toMatchObject([{ state: "accepted" }]);
  });

  it("is written with its audit line, each step of it", async () => {
    const { id } = await accepted();
    await sharesOf(ben).open(id);
    await book.save(bank, loginOf("Bank", "changed"));
    await sharesOf(ann).renew(book);
    const [given] = await sharesOf(ann).given(book.vaultId);
    if (!given) throw new Error("it is there");
    await sharesOf(ann).revoke(book, given);
    const told = world.auditEvents().filter((event) => String(event).startsWith("share."));
    expect(told).toEqual(["offered", "accepted", "opened", "renewed", "revoked"].map((what) => `share.${what}`));
  });
});

describe("an item that was changed since it was shared", () => {
  it("is opened by nobody until the granter's device has sealed it anew, and then in its new version", async () => {
    const { id } = await accepted();
    await book.save(bank, loginOf("Bank", "changed"));
    await expect(sharesOf(ben).open(id)).rejects.toMatchObject(code("share.outdated"));
    expect(await sharesOf(ann).renew(book)).toBe(1);
    expect(await sharesOf(ann).renew(book)).toBe(0);
    expect((await sharesOf(ben).open(id)).content).toMatchObject({ password: "changed" });
  });

  it("is gone once it was removed", async () => {
    const { id } = await accepted();
    await book.remove([bank]);
    await expect(sharesOf(ben).open(id)).rejects.toMatchObject(code("item.not_found"));
  });
});

describe("a share that is revoked", () => {
  it("opens nothing more; the item has other keys, and says that it should be changed if it was opened", async () => {
    const given = await accepted();
    await sharesOf(ben).open(given.id);
    const done = await sharesOf(ann).revoke(book, given);
    expect(done).toMatchObject({ isSealedAnew: true, isExposed: true, share: { state: "revoked", opens: 1 } });
    await expect(sharesOf(ben).open(given.id)).rejects.toMatchObject(code("share.not_found"));
    expect(await sharesOf(ben).received()).toEqual([]);
    const now = await book.read(bank.id);
    expect([now.version, now.entry?.exposedAt]).toEqual([2, world.clock.toISOString()]);
  });

  it("leaves no such note where it was never opened, or gave the name alone", async () => {
    await sharesOf(ann).revoke(book, await accepted());
    const named = await accepted({ level: "list" });
    await sharesOf(ben).open(named.id);
    await sharesOf(ann).revoke(book, named);
    expect((await book.read(bank.id)).entry?.exposedAt).toBeUndefined();
  });

  it("leaves the others with theirs", async () => {
    const carol = await world.colleague(ann, "carol");
    const first = await accepted();
    const second = await give({ to: carol.account.uid });
    await sharesOf(carol).answer(second.id, "accept");
    await sharesOf(ann).revoke(book, first);
    expect((await sharesOf(carol).open(second.id)).content).toMatchObject({ password: "password of Bank" });
  });

  it("ends once, of two who revoke it at once, and is not accepted afterwards", async () => {
    const { id } = await give();
    const api = world.sharesApiOf(ann.account.uid);
    const both = await Promise.allSettled([api.revoke({ shareId: id }), api.revoke({ shareId: id })]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(sharesOf(ben).answer(id, "accept")).rejects.toMatchObject(code("share.not_found"));
  });
});

describe("an item of a vault that a group shares", () => {
  it("is shared on by who has that right in the chain, and by nobody else", async () => {
    const carol = await world.colleague(ann, "carol");
    const group = await share(ann, [{ who: carol, rights: EDIT }]);
    bank = await group.book.save(world.newItem(), loginOf("Savings"));
    const theirs = await carol.vaults.open(group.vaultId);
    await expect(give({}, carol, theirs)).rejects.toMatchObject(code("vault.forbidden"));
    await group.book.setRights(carol.account.uid, rightsOf(["list", "read", "share"]));
    const again = await world.freshDevice(carol).open(group.vaultId);
    const given = await give({}, carol, again);
    await sharesOf(ben).answer(given.id, "accept");
    expect((await sharesOf(ben).open(given.id)).content).toMatchObject({ password: "password of Savings" });
  });

  it("is taken back by who looks after the vault, and by no other member", async () => {
    await world.upgrade(ann.account.tid, "pro");
    const carol = await world.colleague(ann, "carol");
    const dora = await world.colleague(ann, "dora");
    const group = await share(ann, [
      { who: carol, rights: MANAGE },
      { who: dora, rights: EDIT },
    ]);
    bank = await group.book.save(world.newItem(), noteOf("Door"));
    const given = await give({}, ann, group.book);
    const asDora = world.sharesApiOf(dora.account.uid).revoke({ shareId: given.id });
    await expect(asDora).rejects.toMatchObject(code("vault.forbidden"));
    const theirs = await carol.vaults.open(group.vaultId);
    expect(await sharesOf(carol).revoke(theirs, given)).toMatchObject({ share: { state: "revoked" } });
  });
});
