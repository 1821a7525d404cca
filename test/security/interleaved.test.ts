import { describe, expect, it } from "vitest";
import { keyringRoutes } from "#lambdas/keyring/routes.ts";
import { bounded } from "#platform/bounded.ts";
import { serve } from "#platform/pipe/http.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { inventNames } from "#test/support/names.ts";
import { SAMPLES } from "#test/support/route-samples.ts";
import { World } from "#test/support/world.ts";

describe("a warm function", () => {
  it("E07 mixes nothing up in 10,000 interleaved requests of 50 tenants, though it keeps fewer than 50 of them", async () => {
    const world = new World();
    const door = { ...world.door(), enterTenant: bounded(20, world.table) };
    const handler = serve(keyringContract, keyringRoutes, door);
    const people = Array.from({ length: 50 }, (_, n) => ({ ...world.person("member"), mark: `mark${n}x` }));
    for (const { token, mark } of people) {
      const body = { ...SAMPLES.keyring.createKeyring(inventNames(world.clock)), identity: mark };
      expect(await handler(world.event("POST /v1/keyring", { token, body }))).toMatchObject({ statusCode: 201 });
    }
    const asked = Array.from({ length: 10_000 }, (_, n) => people[(n * 7 + (n % 13)) % 50] ?? people[0]);
    let mixed = 0;
    for (let from = 0; from < asked.length; from += 500) {
      const batch = asked.slice(from, from + 500).map(async (person) => {
        const { body = "" } = await handler(world.event("GET /v1/keyring", { token: person?.token ?? "" }));
        if (JSON.parse(body).identity !== person?.mark) mixed++;
      });
      await Promise.all(batch);
    }
    expect(mixed).toBe(0);
  });
});
