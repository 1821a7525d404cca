import { beforeEach, describe, expect, it } from "vitest";
import { recognise } from "#lambdas/authorizer/recognise.ts";
import { isApiKey, makeApiKey } from "#lambdas/identity/keys/api-key-format.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "#lambdas/identity/keys/api-keys.ts";
import {
  deleteMembership,
  insertMembership,
  setMembershipRole,
} from "#lambdas/identity/people/membership.repository.ts";
import type { Member } from "#platform/rules/context.ts";
import type { Role } from "#shared/permissions.ts";
import { openIdentity } from "#test/support/identity.ts";

const DAY = 24 * 3600 * 1000;
const DRAFT = { name: "ci", scopes: ["agents:read" as const], expiresInDays: 90 };

describe("an API key", () => {
  let deployment: ReturnType<typeof openIdentity>;
  beforeEach(() => {
    deployment = openIdentity();
  });
  const join = async (role: Role): Promise<Member> => {
    const actor = deployment.world.person(role);
    const { userId, tenantId } = actor;
    await deployment.world.directory.write(insertMembership(userId, { tenantId, slug: "acme", role }));
    return actor;
  };
  const ctx = (actor: Member) => deployment.world.ctx(actor);
  const find = (key: string) => recognise(key, deployment.tokens, deployment.world.data);

  it("is shown once, and kept as a hash", async () => {
    const ann = await join("member");
    const { secret, hint } = await createApiKey(ctx(ann), DRAFT);
    expect(secret).toMatch(/^ocmt_live_[0-9A-Za-z]{36}$/);
    expect(secret.startsWith(hint)).toBe(true);
    expect(JSON.stringify([...deployment.world.store.rows])).not.toContain(secret);
    expect(JSON.stringify(await listApiKeys(ctx(ann)))).not.toContain(secret);
    expect(JSON.stringify(await listApiKeys(ctx(ann)))).not.toContain('"hash"');
    expect(deployment.world.auditEvents()).toEqual(["api_key.created"]);
  });

  it("acts for its person, in its organisation, within its scopes", async () => {
    const ann = await join("member");
    const { id, secret } = await createApiKey(ctx(ann), DRAFT);
    expect(await find(secret)).toEqual({
      kind: "key",
      userId: ann.userId,
      keyId: id,
      tid: ann.tenantId,
      role: "member",
      permissions: "agents:read",
    });
  });

  it("F13 is made for nobody in the seconds in which they are still believed to belong", async () => {
    const ann = await join("member");
    await deployment.world.directory.write(deleteMembership(ann.userId, ann.tenantId));
    await expect(createApiKey(ctx(ann), DRAFT)).rejects.toMatchObject({ code: "auth.no_tenant" });
    expect((await listApiKeys(ctx(ann))).items).toEqual([]);
  });

  it("H09 is known though its last use cannot be noted at the moment", async () => {
    const { secret } = await createApiKey(ctx(await join("member")), DRAFT);
    deployment.world.store.isBusy = (changes) => changes.some(({ sk }) => sk === "KEY");
    expect(await find(secret)).toMatchObject({ kind: "key" });
  });

  it("F09 is given no scope that its maker's role lacks", async () => {
    const made = createApiKey(ctx(await join("observer")), DRAFT);
    await expect(made).rejects.toMatchObject({ code: "auth.forbidden" });
    const some = createApiKey(ctx(await join("observer")), { ...DRAFT, scopes: ["tenant:read", "agents:chat"] });
    await expect(some).rejects.toMatchObject({ code: "auth.forbidden" });
  });

  it("F09 ends by revocation, by its date and with the membership", async () => {
    const ann = await join("member");
    const [one, two, three] = [
      await createApiKey(ctx(ann), DRAFT),
      await createApiKey(ctx(ann), { ...DRAFT, expiresInDays: 1 }),
      await createApiKey(ctx(ann), { ...DRAFT, expiresInDays: null }),
    ];
    await revokeApiKey(ctx(ann), { apiKeyId: one.id });
    expect(await find(one.secret)).toBeUndefined();
    deployment.world.turn(DAY);
    expect(await find(two.secret)).toBeUndefined();
    expect(await find(three.secret)).toBeDefined();
    await deployment.world.directory.write(deleteMembership(ann.userId, ann.tenantId));
    expect(await find(three.secret)).toBeUndefined();
  });

  it("follows its person's role down", async () => {
    const ann = await join("admin");
    const { secret } = await createApiKey(ctx(ann), DRAFT);
    await deployment.world.directory.write(setMembershipRole(ann.userId, ann.tenantId, "observer"));
    expect(await find(secret)).toMatchObject({ role: "observer" });
  });

  it("is seen and revoked by its own person only, in its own organisation only", async () => {
    const ann = await join("member");
    const { id } = await createApiKey(ctx(ann), DRAFT);
    const colleague = deployment.world.person("owner", ann.tenantId);
    for (const other of [colleague, await join("owner"), { ...ann, tenantId: (await join("owner")).tenantId }]) {
      expect(await listApiKeys(ctx(other))).toEqual({ items: [] });
      await expect(revokeApiKey(ctx(other), { apiKeyId: id })).rejects.toMatchObject({ code: "api_key.not_found" });
    }
  });

  it("is one of at most twenty, even when fifty are made at once; a revoked one makes room", async () => {
    const ann = await join("member");
    const made = await Promise.allSettled(Array.from({ length: 50 }, () => createApiKey(ctx(ann), DRAFT)));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    const { items } = await listApiKeys(ctx(ann));
    expect(items).toHaveLength(20);
    await expect(createApiKey(ctx(ann), DRAFT)).rejects.toMatchObject({ code: "api_key.limit" });
    await revokeApiKey(ctx(ann), { apiKeyId: items[0]?.id ?? "key_" });
    await createApiKey(ctx(ann), DRAFT);
  });

  it("is revoked once of two at once", async () => {
    const ann = await join("member");
    const { id } = await createApiKey(ctx(ann), DRAFT);
    const both = await Promise.allSettled([1, 2].map(() => revokeApiKey(ctx(ann), { apiKeyId: id })));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(deployment.world.auditEvents()).toEqual(["api_key.created", "api_key.revoked"]);
  });

  it("notes when it was last used, to five minutes", async () => {
    const ann = await join("member");
    const { secret } = await createApiKey(ctx(ann), DRAFT);
    const before = deployment.world.store.writes;
    for (let n = 0; n < 20; n++) await find(secret);
    await Promise.all(Array.from({ length: 20 }, () => find(secret)));
    expect(deployment.world.store.writes - before).toBe(1);
    expect(await listApiKeys(ctx(ann))).toMatchObject({ items: [{ lastUsedAt: "2030-01-01T00:00:00.000Z" }] });
    deployment.world.turn(5 * 60_000);
    await find(secret);
    expect(await listApiKeys(ctx(ann))).toMatchObject({ items: [{ lastUsedAt: "2030-01-01T00:05:00.000Z" }] });
  });
});

describe("the text of an API key", () => {
  it("is refused with any one character altered", () => {
    const key = makeApiKey();
    expect(isApiKey(key)).toBe(true);
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === "A" ? "B" : "A";
      expect(isApiKey(key.slice(0, at) + other + key.slice(at + 1)), `character ${at}`).toBe(false);
    }
    for (const bad of ["", `${key} `, ` ${key}`, key.slice(1), `${key}0`, key.toUpperCase()]) {
      expect(isApiKey(bad)).toBe(false);
    }
  });

  it("is never the same twice", () => {
    expect(new Set(Array.from({ length: 1000 }, makeApiKey)).size).toBe(1000);
  });
});
