import { beforeEach, describe, expect, it } from "vitest";
import { createApiKey } from "#lambdas/identity/keys/api-keys.ts";
import { findMembership } from "#lambdas/identity/people/membership.repository.ts";
import { findPerson } from "#lambdas/identity/people/person.repository.ts";
import { changeRole, listMembers, removeMember } from "#lambdas/tenants/members.ts";
import { checkSlug } from "#lambdas/tenants/slugs.ts";
import { createTenant, getTenant, renameTenant } from "#lambdas/tenants/tenants.ts";
import { TenantsWorld } from "#test/support/tenants.ts";

describe("an organisation", () => {
  let world: TenantsWorld;
  beforeEach(() => {
    world = new TenantsWorld();
  });

  it("comes to be with its owner, their membership and its short name, and one audit line", async () => {
    const ann = await world.resident("ann@example.org");
    const tenant = await createTenant(world.personCtx(ann), { name: "Acme", slug: "acme" });
    expect(tenant).toMatchObject({ name: "Acme", slug: "acme", tier: "free", version: 1 });
    const owner = world.ctx(world.in(tenant.id, ann, "owner"));
    expect(await getTenant(owner)).toEqual(tenant);
    expect((await listMembers(owner, { limit: 10 })).items).toMatchObject([
      { email: "ann@example.org", role: "owner" },
    ]);
    expect(await findMembership(world.directory, ann.userId, tenant.id)).toMatchObject({ role: "owner" });
    expect(world.auditEvents()).toEqual(["tenant.created"]);
  });

  it("has a short name of its own: of twenty at once, one gets it, and nothing is left of the others", async () => {
    const people = await Promise.all(Array.from({ length: 20 }, (_, n) => world.resident(`p${n}@example.org`)));
    const made = await Promise.allSettled(
      people.map((person) => createTenant(world.personCtx(person), { name: "Acme", slug: "acme" })),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect([...world.store.rows.values()].filter((row) => row["sk"] === "TENANT")).toHaveLength(1);
    expect(world.auditEvents()).toEqual(["tenant.created"]);
  });

  it("is one of at most ten that a person owns, even when fifty are made at once", async () => {
    const ann = await world.resident("ann@example.org");
    const made = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => createTenant(world.personCtx(ann), { name: "A", slug: `acme-${n}` })),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
    const more = createTenant(world.personCtx(ann), { name: "A", slug: "one-more" });
    await expect(more).rejects.toMatchObject({ code: "tenant.limit" });
  });

  it("takes no name that passes for ours", async () => {
    const ann = await world.resident("ann@example.org");
    const made = createTenant(world.personCtx(ann), { name: "Admin", slug: "admin" });
    await expect(made).rejects.toMatchObject({ code: "tenant.slug_taken" });
  });

  it.each([
    ["acme", "taken"],
    ["acme-2", "free"],
    ["admin", "reserved"],
    ["Acme", "malformed"],
    ["a", "malformed"],
    ["-acme", "malformed"],
    ["acme-", "malformed"],
    ["a".repeat(41), "malformed"],
  ])("says of the short name %s that it is %s", async (slug, reason) => {
    const ann = await world.resident("ann@example.org");
    await createTenant(world.personCtx(ann), { name: "Acme", slug: "acme" });
    expect(await checkSlug(world.personCtx(ann), { slug })).toEqual({ slug, available: reason === "free", reason });
  });

  it("is renamed by whoever saw it as it is; of two renames at once, one is refused", async () => {
    const { owner } = await world.found("acme");
    const both = await Promise.allSettled(["One", "Two"].map((name) => renameTenant(owner, { name, version: 1 })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "request.conflict" } });
    expect(await getTenant(owner)).toMatchObject({ version: 2 });
  });
});

describe("a member", () => {
  let world: TenantsWorld;
  beforeEach(() => {
    world = new TenantsWorld();
  });

  it("has the role that both records say", async () => {
    const { owner, tenantId } = await world.found("acme");
    const bob = await world.join(owner, "bob@example.org", "member");
    const changed = await changeRole(owner, { userId: bob.userId, role: "admin", version: 1 });
    expect(changed).toMatchObject({ role: "admin", version: 2 });
    expect(await findMembership(world.directory, bob.userId, tenantId)).toMatchObject({ role: "admin" });
    expect(world.auditEvents().at(-1)).toBe("member.role_changed");
  });

  it("changes once of two at once, and not by a stale version", async () => {
    const { owner } = await world.found("acme");
    const { userId } = await world.join(owner, "bob@example.org", "member");
    const both = await Promise.allSettled(
      (["admin", "observer"] as const).map((role) => changeRole(owner, { userId, role, version: 1 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const stale = changeRole(owner, { userId, role: "member", version: 1 });
    await expect(stale).rejects.toMatchObject({ code: "request.conflict" });
  });

  it("F12 is the last owner after fifty demotions at once", async () => {
    const { owner, tenantId } = await world.found("acme");
    await world.upgrade(tenantId, "enterprise");
    const owners = [owner.actor];
    for (let n = 0; n < 9; n++) {
      const { userId } = await world.join(owner, `p${n}@example.org`, "member");
      await changeRole(owner, { userId, role: "owner", version: 1 });
      owners.push({ ...owner.actor, userId });
    }
    const acts = owners.flatMap((by) =>
      owners.slice(0, 5).map((of) => {
        const ctx = world.ctx(by);
        if (by.userId === of.userId) return removeMember(ctx, { userId: of.userId });
        const version = of.userId === owner.actor.userId ? 1 : 2;
        return changeRole(ctx, { userId: of.userId, role: "member", version });
      }),
    );
    expect(acts).toHaveLength(50);
    await Promise.allSettled(acts);
    for (const { userId } of owners.slice(5)) {
      await changeRole(owner, { userId, role: "member", version: 2 }).catch(() => {});
    }
    const { items } = await listMembers(owner, { limit: 100 });
    expect(items.filter(({ role }) => role === "owner")).toHaveLength(1);
  });

  it("F12 who is the last owner neither leaves nor steps down", async () => {
    const { owner } = await world.found("acme");
    const { userId } = owner.actor;
    const left = removeMember(owner, { userId });
    await expect(left).rejects.toMatchObject({ code: "member.last_owner" });
    const down = changeRole(owner, { userId, role: "admin", version: 1 });
    await expect(down).rejects.toMatchObject({ code: "member.last_owner" });
    expect((await listMembers(owner, { limit: 10 })).items).toMatchObject([{ role: "owner", version: 1 }]);
  });

  it("is made or unmade an owner by an owner only", async () => {
    const { owner } = await world.found("acme");
    const admin = world.ctx(await world.join(owner, "bob@example.org", "admin"));
    const self = changeRole(admin, { userId: admin.actor.userId, role: "owner", version: 1 });
    await expect(self).rejects.toMatchObject({ code: "auth.forbidden" });
    const over = changeRole(admin, { userId: owner.actor.userId, role: "member", version: 1 });
    await expect(over).rejects.toMatchObject({ code: "auth.forbidden" });
    await expect(removeMember(admin, { userId: owner.actor.userId })).rejects.toMatchObject({ code: "auth.forbidden" });
  });

  it("is counted among the organisations a new owner owns", async () => {
    const { owner } = await world.found("acme");
    const bob = await world.join(owner, "bob@example.org", "member");
    const person = await findPerson(world.directory, bob.userId);
    for (let n = 0; n < 10; n++)
      await createTenant(world.personCtx({ ...bob, kind: "user" }), { name: "B", slug: `bob-${n}` });
    const change = changeRole(owner, { userId: bob.userId, role: "owner", version: 1 });
    await expect(change).rejects.toMatchObject({ code: "tenant.limit" });
    expect(person?.email).toBe("bob@example.org");
  });

  it("loses the API keys of the organisation with the membership, and room is made for another", async () => {
    const { owner, tenantId } = await world.found("acme");
    const bob = await world.join(owner, "bob@example.org", "member");
    await createApiKey(world.ctx(bob), { name: "ci", scopes: ["agents:read"], expiresInDays: null });
    await removeMember(owner, { userId: bob.userId });
    expect([...world.store.rows.keys()].filter((key) => key.startsWith("KEY#"))).toEqual([]);
    expect(await findMembership(world.directory, bob.userId, tenantId)).toBeUndefined();
    expect((await listMembers(owner, { limit: 10 })).items).toHaveLength(1);
    await world.join(owner, "carol@example.org", "member");
    await world.join(owner, "dave@example.org", "member");
  });

  it("is removed once of two at once", async () => {
    const { owner } = await world.found("acme");
    const { userId } = await world.join(owner, "bob@example.org", "member");
    const both = await Promise.allSettled([1, 2].map(() => removeMember(owner, { userId })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const counts = await owner.table.get("COUNT#members");
    expect(counts).toMatchObject({ users: 1, owners: 1 });
  });

  it("does not exist for another organisation", async () => {
    const { owner } = await world.found("acme");
    const bob = await world.join(owner, "bob@example.org", "member");
    const { owner: stranger } = await world.found("other", "eve@example.org");
    const change = changeRole(stranger, { userId: bob.userId, role: "observer", version: 1 });
    await expect(change).rejects.toMatchObject({ code: "member.not_found" });
    await expect(removeMember(stranger, { userId: bob.userId })).rejects.toMatchObject({ code: "member.not_found" });
  });
});
