import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClients, type Clients } from "#shared/client/clients.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { KEY_SCOPES } from "#shared/permissions.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";

/** A program with a key of a person's, on the emulator, which checks every right as AWS does. */
describe("an API key", () => {
  const place = joinProduct();
  const ada = new Person(place);
  let agent: Agent;
  let keyId: Awaited<ReturnType<Clients["identity"]["createApiKey"]>>["id"];
  let program: Clients;

  const until = (state: Agent["state"]) =>
    expect.poll(async () => (await program.agents.get({ agentId: agent.id })).state, { timeout: 90_000 }).toBe(state);

  beforeAll(async () => {
    await ada.settle("a passphrase of several words");
    agent = await ada.deploy();
    await ada.isOpen();
    const made = await ada.api.identity.createApiKey({ name: "ci", scopes: [...KEY_SCOPES], expiresInDays: null });
    keyId = made.id;
    program = apiClients({ baseUrl: place.url, token: async () => made.secret, fetch });
  });
  afterAll(() => ada.retire());

  it("drives an agent's whole life", async () => {
    expect((await program.agents.list({})).items.map(({ id }) => id)).toEqual([agent.id]);
    await program.agents.stop({ agentId: agent.id });
    await until("stopped");
    await program.agents.wake({ agentId: agent.id });
    await until("running"); // a device of the person unlocks it
    await program.agents.remove({ agentId: agent.id });
    await expect.poll(async () => (await program.agents.list({})).items, { timeout: 90_000 }).toEqual([]);
  });

  it("is shown with when it was used, and is over within five seconds of being revoked", async () => {
    const { items } = await ada.api.identity.listApiKeys({});
    expect(items.find(({ id }) => id === keyId)?.lastUsedAt).not.toBeNull();
    await ada.api.identity.revokeApiKey({ apiKeyId: keyId });
    await expect
      .poll(() => program.agents.list({}).catch((error) => error.code), { timeout: 6_000 })
      .toBe("auth.required");
  });
});
