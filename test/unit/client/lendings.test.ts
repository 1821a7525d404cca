import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import type { Lending } from "#shared/client/lending/read.ts";
import { describeTerms } from "#shared/client/lending/words.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { openGrant } from "#shared/crypto/grants/grant.ts";
import { share } from "#test/support/group-world.ts";
import { type Lender, LendingWorld, readOnly, WISH } from "#test/support/lending-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

describe("grants between two people", () => {
  let world: LendingWorld;
  let ann: Lender; // has the secret
  let ben: Lender; // wants to use it
  let item: Awaited<ReturnType<LendingWorld["keep"]>>;
  beforeEach(async () => {
    world = new LendingWorld();
    [ann, ben] = await world.twoLenders();
    item = await world.keep(ann, "the password");
  });

  const ask = (more: Partial<typeof WISH> = {}) =>
    ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, { ...WISH, ...more });
  const approve = async (more: object = {}, lending?: Lending) => {
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, ...more };
    await ann.lendings.approve(lending ?? (await readOnly(ann)), approval);
  };

  it("are asked for with a reason that only the two read, and given in exact words", async () => {
    await ask();
    expect(await readOnly(ann)).toMatchObject({ letter: { ...WISH, agentName: "Ben's" }, handed: undefined });
    await approve({ sites: WISH.sites, methods: ["GET"], maxUses: 3 });
    const lending = await readOnly(ben);
    expect(lending.row).toMatchObject({ side: "subject", state: "approved", maxUses: 3 });
    expect(describeTerms(lending)).toEqual([
      "GET to https://api.weather.example",
      "at most 3 times, 0 used",
      "until 2030-01-08 00:00 UTC",
      "its owner is not asked each time",
    ]);
    const kept = JSON.stringify([...world.store.rows.values()]);
    for (const secret of [WISH.what, WISH.reason, "api.weather", "the password"]) expect(kept).not.toContain(secret);
  });

  it("put the item into the hands of the issuer's agent alone, and the grant into those of both", async () => {
    await ask();
    await approve();
    await ben.items.offer();
    const [lent] = ann.told()?.lent ?? [];
    expect(lent?.fields).toContainEqual({ name: "password", value: "the password", isHidden: true });
    const [borrowed] = ben.told()?.borrowed ?? [];
    expect(borrowed).toMatchObject({ grant: lent?.grant, what: WISH.what });
    expect([ann.told()?.borrowed, ben.told()?.lent]).toEqual([[], []]);
    expect(JSON.stringify(ben.told())).not.toContain("the password");
    const grant = openGrant(decodeBase64url(lent?.grant ?? ""), ann.account.identity.sign.publicKey);
    expect(grant).toMatchObject({ ...item, as: "weather", fields: ["username", "password", "url"] });
    expect(grant.subject.signKey).toEqual(ben.agentKeys.sign.publicKey);
  });

  it.each([
    ["another site", { sites: ["https://other.example"] }],
    ["another method", { methods: ["DELETE"] }],
    ["more uses", { maxUses: 11 }],
    ["a longer time", { notAfterMs: Date.parse("2030-01-09T00:00:00Z") }],
    ["no end", { notAfterMs: 0 }],
  ])("are not given with %s than was asked for, and nothing is sealed or sent then", async (_what, more) => {
    await ask();
    await expect(approve(more)).rejects.toMatchObject({ reason: "wider" });
    expect((await ann.items.read()).grants.lent).toEqual([]);
    expect((await readOnly(ann)).row.state).toBe("asked");
  });

  it("go back at once: the agent is told before the platform is, and no device offers them again", async () => {
    await ask();
    await approve();
    const given = await readOnly(ann);
    await ann.lendings.revoke(given);
    expect(ann.told()?.lent).toEqual([]);
    expect((await readOnly(ben)).row.state).toBe("revoked");
    const revived = (honest: Lender["grants"]): Lender["grants"] => ({
      ...honest,
      list: async () => ({ items: [given.row], cursor: null }),
    });
    const other = await world.deviceOf(ann, revived);
    await other.items.offer();
    expect(other.told()).toMatchObject({ lent: [] });
  });

  it("leave nothing with the agent where the platform does not take the approval", async () => {
    await ask();
    const lending = await readOnly(ann);
    await ben.lendings.deny(lending.row.id);
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH };
    await expect(ann.lendings.approve(lending, approval)).rejects.toMatchObject({ code: "grant.settled" });
    expect((await ann.items.read()).grants.lent).toEqual([]);
    expect(ann.told()?.lent).toEqual([]);
  });

  it.each([
    ["as it was given", 0],
    ["as another device gave it meanwhile", 1],
  ])("stay with the agent where the approval was kept and its answer lost: %s", async (_what, others) => {
    await ask();
    const lending = await readOnly(ann);
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH };
    for (let i = 0; i < others; i++) await ann.lendings.approve(lending, approval);
    const losing = (honest: Lender["grants"]): Lender["grants"] => ({
      ...honest,
      approve: (input) => honest.approve(input).then(() => Promise.reject(new ApiError("network", "no answer"))),
    });
    const other = await world.deviceOf(ann, losing);
    const approving = other.lendings.approve(lending, approval);
    if (others === 0) await approving;
    else await expect(approving).rejects.toMatchObject({ code: "grant.settled" });
    expect((await readOnly(ann)).row.state).toBe("approved");
    expect((await ann.items.read()).grants.lent).toEqual([lending.row.id]);
    await other.items.offer();
    expect(other.told()?.lent).toHaveLength(1);
  });

  it("do not come back to the agent by an approval of what was taken back meanwhile", async () => {
    await ask();
    const lending = await readOnly(ann);
    await approve();
    await ann.lendings.revoke(await readOnly(ann));
    await expect(approve({}, lending)).rejects.toMatchObject({ code: "grant.settled" });
    expect((await ann.items.read()).grants.lent).toEqual([]);
  });

  it("are taken from the agent where nobody says what became of the approval", async () => {
    await ask();
    const lending = await readOnly(ann);
    const noAnswer = () => Promise.reject(new ApiError("network", "no answer"));
    const silent = (honest: Lender["grants"]): Lender["grants"] => ({ ...honest, approve: noAnswer, list: noAnswer });
    const other = await world.deviceOf(ann, silent);
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH };
    await expect(other.lendings.approve(lending, approval)).rejects.toMatchObject({ code: "network" });
    expect((await ann.items.read()).grants.lent).toEqual([]);
  });

  it("are not given of a vault whose items one may not hand on", async () => {
    const { vaultId, book } = await share(ben, [{ who: ann, rights: ["list", "read"] }]);
    const { id: itemId } = await book.save(world.newItem(), loginOf("shared"));
    await ask();
    await expect(approve({ vaultId, itemId })).rejects.toMatchObject({ reason: "may_not_hand_on" });
  });

  it("hinder no other when a member of the vault leaves something there that is no item", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: ["list", "read", "write"] }]);
    const listed = await book.save(world.newItem(), loginOf("shared"));
    await ask();
    await approve({ vaultId, itemId: listed.id });
    const id = await ask();
    await approve({}, (await ann.lendings.list()).find(({ row }) => row.id === id) as Lending);
    expect(ann.told()?.lent).toHaveLength(2);
    await world.leaveJunk(ben, vaultId, listed);
    await ann.items.offer();
    expect(ann.told()?.lent.map(({ fields }) => fields.length)).toEqual([3]);
  });

  it("are not used by an agent that is locked", async () => {
    await ask();
    await approve();
    await ann.items.change((grants) => ({ ...grants, isLocked: true }));
    expect(ann.told()).toMatchObject({ lent: [], borrowed: [] });
  });

  it.each([
    ["no reason", { reason: " " }],
    ["no site", { sites: [] }],
    ["a path behind the site", { sites: ["https://api.weather.example/v1"] }],
    ["no use", { maxUses: 0 }],
  ])("are not asked for with %s", async (_what, more) => {
    await expect(ask(more)).rejects.toMatchObject({ reason: "invalid" });
  });
});
