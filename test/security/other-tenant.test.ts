import { beforeEach, describe, expect, it } from "vitest";
import { createApiKey } from "#lambdas/identity/keys/api-keys.ts";
import { identityRoutes } from "#lambdas/identity/routes.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { tenantsRoutes } from "#lambdas/tenants/routes.ts";
import { addDevice } from "#lambdas/vault/devices.ts";
import { createKeyring } from "#lambdas/vault/keyring.ts";
import { vaultRoutes } from "#lambdas/vault/routes.ts";
import type { Ctx } from "#platform/context.ts";
import { type HttpResult, serve } from "#platform/http.ts";
import { makeTokens } from "#platform/token.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { type Contract, pathParams, type Route } from "#shared/contracts/route.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { MemoryPool, memoryTokenKey } from "#test/support/identity.ts";
import { inventNames } from "#test/support/names.ts";
import { type Names, SAMPLES } from "#test/support/route-samples.ts";
import { TenantsWorld } from "#test/support/tenants.ts";
import { ORIGIN } from "#test/support/world.ts";

/** Every route of these domains, as it is deployed, asked by the owner of one tenant about the things of another. */
const SERVED = { identity: identityContract, tenants: tenantsContract, vault: vaultContract } as const;

/** A whole tenant: an owner, a colleague, an open invite, a key, a keyring and a device. */
async function settle(world: TenantsWorld, slug: string) {
  const { owner, tenantId } = await world.found(slug);
  const colleague = await world.join(owner, `colleague@${slug}.example`, "member");
  const { id: apiKeyId } = await createApiKey(owner, { name: "ci", scopes: ["agents:read"], expiresInDays: null });
  const { items } = await invite(owner, { emails: [`guest@${slug}.example`], role: "member" });
  const names = inventNames(world.clock);
  const body = SAMPLES.vault.createKeyring(names);
  await createKeyring(owner, body as never); // the sample is what the contract parses
  await addDevice(owner, { id: names.deviceId, name: "Laptop", cert: "AAAA" });
  const theirs: Names = {
    ...names,
    tenantId,
    userId: colleague.userId,
    sessionId: colleague.sessionId,
    apiKeyId,
    inviteId: items[0]?.id ?? "inv_",
    inviteSecret: world.mail.secret(),
  };
  return { owner, theirs };
}

describe.each(Object.keys(SERVED) as (keyof typeof SERVED)[])("E01 %s", (domain) => {
  const contract: Contract = SERVED[domain];
  let world: TenantsWorld;
  let stranger: Ctx;
  let theirs: Names;
  let ask: (route: Route, input: Record<string, unknown>, token: string) => Promise<HttpResult>;

  beforeEach(async () => {
    world = new TenantsWorld();
    const tokens = makeTokens(memoryTokenKey(), ORIGIN);
    const door = world.door({ ...world.ports, tokens, pool: new MemoryPool(world) });
    const handlers = {
      identity: serve(identityContract, identityRoutes, door),
      tenants: serve(tenantsContract, tenantsRoutes, door),
      vault: serve(vaultContract, vaultRoutes, door),
    };
    ({ theirs } = await settle(world, "victim"));
    stranger = (await settle(world, "stranger")).owner;
    ask = (route, input, token) => {
      const inPath = pathParams(route.path);
      const params = Object.fromEntries(inPath.map((name) => [name, String(input[name])]));
      const body = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.includes(name)));
      const texts = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));
      const place = route.method === "GET" ? { query: texts } : { body };
      return handlers[domain](world.event(`${route.method} ${route.path}`, { token, params, ...place }));
    };
  });

  const rowsOf = (names: Names) =>
    [...world.store.rows].filter(([key]) => key.includes(names.tenantId) || key.includes(names.userId));

  describe.each(Object.entries(contract).filter(([, { access }]) => access !== "public"))("%s", (name, route) => {
    const samples = SAMPLES[domain] as Record<string, (names: Names) => Record<string, unknown>>;

    it("answers about another tenant's things as about things that do not exist, and leaves them as they are", async () => {
      const token = world.admit(stranger.actor);
      const before = structuredClone(rowsOf(theirs));
      const about = await ask(route, samples[name]?.(theirs) ?? {}, token);
      const text = about.body ?? "";
      expect(rowsOf(theirs)).toEqual(before);
      for (const secret of ["victim", theirs.tenantId, theirs.userId, theirs.apiKeyId])
        expect(text).not.toContain(secret);

      const asked = JSON.stringify(samples[name]?.(theirs));
      const namesTheirs = asked !== JSON.stringify(samples[name]?.(inventNames(world.clock, without(theirs))));
      if (!namesTheirs) return;
      const nobodys = await ask(route, samples[name]?.(inventNames(world.clock)) ?? {}, token);
      if (isBySecret(name)) return; // holding the secret is the right to be told whose it is: its own tests judge it
      expect({ status: about.statusCode, body: text }).toEqual({ status: nobodys.statusCode, body: nobodys.body });
    });
  });
});

/** Only what the other tenant has and a stranger could name; a slot or device of a new id is the stranger's own. */
function without({ deviceId, slotId }: Names): Partial<Names> {
  return { deviceId, slotId };
}

const isBySecret = (name: string): boolean => ["showInvite", "acceptInvite", "declineInvite"].includes(name);
