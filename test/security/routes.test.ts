import { describe, expect, it } from "vitest";
import { serve } from "#platform/pipe/http.ts";
import { contracts } from "#shared/contracts/index.ts";
import { type Contract, pathParams, type Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import { allows, KEY_SCOPES, PERMISSIONS, type Permission, ROLE_NAMES } from "#shared/permissions.ts";
import { inventNames } from "#test/support/names.ts";
import { SAMPLES } from "#test/support/route-samples.ts";
import { World } from "#test/support/world.ts";

/** What may stand where an id is expected, sent by someone who hopes that it is built into a key or a policy. */
const MALFORMED = ["*", "?", "#", "tnt_*", "..", "%2e%2e", ["$", "{x}"].join(""), '"', "'", " ", "ü", "x".repeat(2048)];
const EXTRA = { tid: "x", tenantId: "x", ownerId: "x", plan: "x", tier: "enterprise", quota: 9, isAdmin: true };

const DOMAINS = Object.entries<Contract>(contracts);

describe.each(DOMAINS)("E01 %s routes", (domain, contract) => {
  const world = new World();
  const heard: { ctx: unknown; input: unknown }[] = [];
  const reached = async (ctx: unknown, input: unknown) => {
    heard.push({ ctx, input });
    throw new AppError("journal.gap"); // 409: nothing in the pipe says it, so it can only come from here
  };
  const everything = Object.fromEntries(Object.keys(contract).map((name) => [name, reached]));
  const handler = serve(contract, everything as never, world.door());
  const samples = SAMPLES[domain as keyof typeof SAMPLES] as Record<string, (typeof SAMPLES.keyring)["getKeyring"]>;

  it("are all known to these attacks", () => {
    expect(Object.keys(samples).sort()).toEqual(Object.keys(contract).sort());
  });

  describe.each(Object.entries<Route>(contract))("%s", (name, route) => {
    const { method, path, access } = route;
    const isOpen = access === "public";
    const isForMembers = (PERMISSIONS as readonly string[]).includes(access);
    const sample = () => structuredClone(samples[name]?.(inventNames(world.clock)) ?? {});

    const ask = async (input: Record<string, unknown>, token?: string, headers: Record<string, string> = {}) => {
      const inPath = pathParams(path);
      const params = Object.fromEntries(inPath.map((param) => [param, String(input[param])]));
      const rest = Object.fromEntries(Object.entries(input).filter(([field]) => !inPath.includes(field)));
      const texts = Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, String(value)]));
      heard.length = 0;
      const place = method === "GET" ? { query: texts } : { body: rest };
      const event = world.event(`${method} ${path}`, { params, ...place, headers, ...(token ? { token } : {}) });
      const { statusCode: status, body = "" } = await handler(event);
      return { status, code: JSON.parse(body).code };
    };
    const member = (role: (typeof ROLE_NAMES)[number]) => world.person(role).token;
    const entitled = () => {
      if (access === "task") return world.task().token;
      if (access === "signed_in") return world.newcomer().token;
      return isOpen ? undefined : member("owner");
    };

    it("lets in who is entitled, with a well-formed request", async () => {
      expect(await ask(sample(), entitled())).toEqual({ status: 409, code: "journal.gap" });
    });

    it.skipIf(isOpen)("refuses a stranger and a forged token before reading the request", async () => {
      expect(await ask({})).toMatchObject({ status: 401, code: "auth.required" });
      expect(await ask({}, "forged")).toMatchObject({ status: 401, code: "auth.required" });
      expect(heard).toEqual([]);
    });

    it.runIf(isForMembers)("asks each role for the permission before reading the request", async () => {
      for (const role of ROLE_NAMES) {
        const answer = await ask({ ...sample(), limit: "none" }, member(role));
        if (allows(role, access as Permission)) expect([400, 409]).toContain(answer.status);
        else expect(answer).toEqual({ status: 403, code: "auth.forbidden" });
      }
    });

    it.runIf(isForMembers)("refuses who belongs to no organisation, and a task", async () => {
      expect(await ask(sample(), world.newcomer().token)).toEqual({ status: 403, code: "auth.no_tenant" });
      expect(await ask(sample(), world.task().token)).toEqual({ status: 403, code: "auth.forbidden" });
      expect(heard).toEqual([]);
    });

    it.skipIf(isOpen)("F09 refuses an API key without its permission, and lets one with it in", async () => {
      const owner = world.person("owner");
      const others = KEY_SCOPES.filter((scope) => scope !== access);
      expect(await ask(sample(), world.program(owner, others).token)).toEqual({ status: 403, code: "auth.forbidden" });
      const scope = KEY_SCOPES.find((one) => one === access);
      if (scope) expect(await ask(sample(), world.program(owner, [scope]).token)).toMatchObject({ status: 409 });
      const observer = world.person("observer");
      const held = scope && !allows("observer", scope);
      if (held) expect(await ask(sample(), world.program(observer, [scope]).token)).toMatchObject({ status: 403 });
    });

    it.runIf(route.fresh)(
      "F16 refuses who signed in more than five minutes ago, before reading the request",
      async () => {
        const token = entitled();
        world.turn(5 * 60_000 + 1);
        expect(await ask({}, token)).toEqual({ status: 403, code: "auth.stale" });
        expect(heard).toEqual([]);
      },
    );

    it.runIf(access === "signed_in" || access === "task")("refuses the other kind of caller", async () => {
      const other = access === "task" ? member("owner") : world.task().token;
      expect(await ask(sample(), other)).toEqual({ status: 403, code: "auth.forbidden" });
      expect(heard).toEqual([]);
    });

    it.runIf(idFields(route).length > 0)("E03 refuses every malformed id, and a missing one", async () => {
      for (const field of idFields(route)) {
        for (const bad of MALFORMED)
          expect(await ask({ ...sample(), [field]: bad }, entitled())).toMatchObject({ status: 400 });
        if (isOptional(route, field)) continue;
        const { [field]: _, ...without } = sample();
        expect(await ask(without, entitled())).toMatchObject({ status: 400 });
      }
      expect(heard).toEqual([]);
    });

    it("F11 hands on nothing but what the contract names", async () => {
      const known = Object.keys(route.input.shape);
      const extra = Object.fromEntries(Object.entries(EXTRA).filter(([field]) => !known.includes(field)));
      await ask({ ...sample(), ...extra, constructor: { x: 1 } }, entitled());
      const input = heard[0]?.input as object;
      expect(Object.keys(input).filter((field) => !known.includes(field))).toEqual([]);
    });

    it.runIf(isForMembers)("E04 works in the tenant of the caller, whatever headers and fields say", async () => {
      const other = newId("tenant", world.clock);
      const headers = { "x-tenant-id": other, "x-ocmt-tenant": other, "x-amzn-oidc-identity": other };
      const owner = world.person("owner");
      await ask({ ...sample(), tenantId: other, tid: other }, owner.token, headers);
      const [{ ctx } = { ctx: {} }] = heard;
      const { actor, table } = ctx as { actor: object; table: object };
      expect(actor).toMatchObject({ tenantId: owner.tenantId });
      expect(table).toBe(world.table(owner.tenantId));
    });
  });
});

/** The fields of a route that are ids: those whose schema refuses a text that is none. */
const isOptional = ({ input }: Route, field: string): boolean =>
  (input.shape[field] as { safeParse(value: unknown): { success: boolean } }).safeParse(undefined).success;

function idFields({ input }: Route): string[] {
  const ids = Object.entries(input.shape).filter(([, schema]) => {
    const parsed = (schema as { safeParse(value: unknown): { error?: { issues: { message: string }[] } } }).safeParse(
      "x",
    );
    return parsed.error?.issues.some(({ message }) => /^expected an? \w+ id$/.test(message));
  });
  return ids.map(([field]) => field);
}
