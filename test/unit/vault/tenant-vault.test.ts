import { beforeEach, describe, expect, it } from "vitest";
import { removeMember } from "#lambdas/tenants/members.ts";
import { compareTenant, dismissGone, offerToAll } from "#shared/client/vault/keys/whole-tenant.ts";
import { currentKeyGen, membersOf } from "#shared/crypto/vault/chain.ts";
import { namesOfRights } from "#shared/crypto/vault/rights.ts";
import type { Role } from "#shared/permissions.ts";
import { EDIT, GroupWorld, MANAGE, type Someone } from "#test/support/group-world.ts";
import { noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let ben: Someone;
const code = (value: string) => ({ code: value });
const inTenant = ({ account }: Someone, role: Role) => ({ userId: account.uid, role });

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
});

const keyring = () => world.keyringOf(ann.account.uid);

async function tenantVault() {
  const vaultId = await ann.vaults.create("Everybody", "tenant");
  return { vaultId, book: await ann.vaults.open(vaultId) };
}

describe("the vault of an organisation", () => {
  it("is one, made by who looks after its members, also when two make it at once", async () => {
    await expect(ben.vaults.create("Mine", "tenant")).rejects.toMatchObject(code("auth.forbidden"));
    const made = await Promise.allSettled([1, 2, 3].map(() => ann.vaults.create("Everybody", "tenant")));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of made)
      if (one.status === "rejected") expect(one.reason).toMatchObject(code("vault.tenant_exists"));
    const elsewhere = await world.owner("elsewhere");
    await elsewhere.vaults.create("Ours", "tenant");
    expect((await ann.vaults.list()).filter(({ kind }) => kind === "tenant")).toHaveLength(1);
  });

  it("is of the kind that its first step says, whatever the platform says of it", async () => {
    const { vaultId } = await tenantVault();
    const lying = {
      ...ann.api,
      getVault: async (input: Parameters<typeof ann.api.getVault>[0]) => ({
        ...(await ann.api.getVault(input)),
        kind: "group" as const,
      }),
    };
    await expect(world.freshDevice(ann, { api: lying }).open(vaultId)).rejects.toMatchObject(code("crypto.context"));
  });

  it("is offered to everybody on an admin's word, each with the rights of their role; who has no keys yet waits", async () => {
    const { vaultId, book } = await tenantVault();
    await book.save(world.newItem(), noteOf("Wi-Fi"));
    const keyless = world.ctx(
      await world.join(ann.ctx as Parameters<GroupWorld["join"]>[0], "eve@work.example", "observer"),
    );
    const people = [
      inTenant(ann, "owner"),
      inTenant(ben, "member"),
      { userId: keyless.actor.userId, role: "observer" as const },
    ];
    const { missing, gone } = compareTenant(book.head().chain, people);
    expect([missing.length, gone.length]).toEqual([2, 0]);
    expect(await offerToAll(keyring(), book, missing)).toEqual([people[2]]);
    const rights = membersOf(book.head().chain).map((member) => namesOfRights(member.rights));
    expect(rights).toEqual([MANAGE, EDIT]);
    await ben.api.answerVault({ vaultId, answer: "accept" });
    expect((await (await ben.vaults.open(vaultId)).list()).map(({ entry }) => entry?.name)).toEqual(["Wi-Fi"]);
  });

  it("is closed to who left the organisation, with another key for who stays", async () => {
    const { vaultId, book } = await tenantVault();
    await book.save(world.newItem(), noteOf("Wi-Fi"));
    await offerToAll(keyring(), book, [inTenant(ben, "member")]);
    await ben.api.answerVault({ vaultId, answer: "accept" });
    const theirs = await ben.vaults.open(vaultId);
    await theirs.list();
    const kept = theirs.head().ring;
    await removeMember(ann.ctx as Parameters<typeof removeMember>[0], { userId: ben.account.uid });
    const { gone } = compareTenant(book.head().chain, [inTenant(ann, "owner")]);
    expect(gone).toEqual([ben.account.uid]);
    await dismissGone(book, gone);
    expect(currentKeyGen(book.head().chain)).toBe(2);
    expect(book.progress()).toEqual({ done: 1, of: 1, stuck: [] });
    expect(kept.keys.has(2)).toBe(false);
    await expect(ben.api.getVault({ vaultId })).rejects.toMatchObject(code("vault.not_found"));
  });
});
