import { beforeEach, describe, expect, it } from "vitest";
import { serveAuthorizer } from "#lambdas/authorizer/authorizer.ts";
import { recognise } from "#lambdas/authorizer/recognise.ts";
import { deleteMembership, setMembershipRole } from "#lambdas/identity/people/membership.repository.ts";
import { getMe } from "#lambdas/identity/people/people.ts";
import { insertPerson } from "#lambdas/identity/people/person.repository.ts";
import { insertSession, type SessionRow } from "#lambdas/identity/sessions/session.repository.ts";
import { createTenant, renameTenant } from "#lambdas/tenants/tenants.ts";
import type { Person } from "#platform/rules/context.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { openIdentity } from "#test/support/identity.ts";

describe("who is asking", () => {
  let deployment: ReturnType<typeof openIdentity>;
  let ann: Person;
  beforeEach(async () => {
    deployment = openIdentity();
    const { world } = deployment;
    ann = world.newcomer();
    const now = world.clock.toISOString();
    await world.directory.write(
      ...insertPerson({ id: ann.userId, email: "ann@example.org", createdAt: now, lastTenantId: null }),
      insertSession({ id: ann.sessionId, userId: ann.userId, tenantId: null, ttlSeconds: 2_000_000_000 } as SessionRow),
    );
    const row = world.store.rows.get(`USER#${ann.userId}\u0000SESSION#${ann.sessionId}`);
    Object.assign(row ?? {}, {
      secretHash: "",
      earlierHash: null,
      seed: null,
      rotatedAt: now,
      device: "",
      place: "",
      amr: [],
      authTime: 0,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now,
    });
  });
  const found = () => createTenant(deployment.world.personCtx(ann), { name: "Acme", slug: "acme" });
  const tokenFor = async (tid?: Id<"tenant">) => {
    const statement = { typ: "access", sub: ann.userId, sid: ann.sessionId, amr: ["link"], auth_time: 0 } as const;
    const more = tid ? { tid, role: "owner" as const } : {};
    return (await deployment.tokens.mint({ ...statement, ...more }, deployment.world.now())).token;
  };
  const find = (token: string) => recognise(token, deployment.tokens, deployment.world.data);

  it("is told with every organisation, by the name it has now", async () => {
    const tenant = await found();
    const owner = { ...ann, tenantId: tenant.id, role: "owner" as const };
    await renameTenant(deployment.world.ctx(owner), { name: "Acme & Sons", version: 1 });
    expect(await getMe(deployment.world.personCtx(ann))).toEqual({
      user: { id: ann.userId, email: "ann@example.org" },
      session: { id: ann.sessionId, tenantId: null },
      memberships: [{ tenantId: tenant.id, slug: "acme", name: "Acme & Sons", role: "owner" }],
    });
  });

  it("F13 has the role of now, whatever the token says", async () => {
    const { id } = await found();
    const token = await tokenFor(id);
    expect(await find(token)).toMatchObject({ tid: id, role: "owner" });
    await deployment.world.directory.write(setMembershipRole(ann.userId, id, "observer"));
    expect(await find(token)).toMatchObject({ tid: id, role: "observer" });
    await deployment.world.directory.write(deleteMembership(ann.userId, id));
    expect(await find(token)).toMatchObject({ tid: "", role: "" });
  });

  it("E04 is nobody in an organisation that the token names and the person does not belong to", async () => {
    const { id } = await found();
    ann = { ...deployment.world.newcomer(), sessionId: ann.sessionId };
    expect(await find(await tokenFor(id))).toBeUndefined();
  });

  describe("at the authorizer", () => {
    const ask = (authorization?: string) => {
      const handler = serveAuthorizer(deployment.tokens, deployment.world.data);
      const headers = authorization === undefined ? {} : { authorization };
      return handler({ headers, requestContext: { requestId: "r" } } as never);
    };

    it("is told to the function behind", async () => {
      const { context } = await ask(`Bearer ${await tokenFor()}`);
      expect(context).toEqual({
        ...{ kind: "user", userId: ann.userId, sid: ann.sessionId, authTime: 0, tid: "", role: "" },
      });
    });

    it.each([[undefined], [""], ["Bearer "], ["Basic abc"], ["Bearer a b"], [`Bearer ${"x".repeat(5000)}`]])(
      "is nobody with the header %j",
      async (header) => {
        expect(await ask(header)).toEqual({ isAuthorized: true, context: { kind: "nobody" } });
      },
    );

    it("stays unknown when the directory does not answer: an error, and nobody is let in", async () => {
      const directory = {
        ...deployment.world.directory,
        at: () => {
          throw new AppError("internal");
        },
      };
      const handler = serveAuthorizer(deployment.tokens, { ...deployment.world.data, directory });
      const headers = { authorization: `Bearer ${await tokenFor()}` };
      await expect(handler({ headers, requestContext: { requestId: "r" } } as never)).rejects.toThrow();
    });
  });
});
