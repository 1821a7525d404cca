import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiClients, type Clients } from "#shared/client/clients.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { ageSession } from "#test/support/set-attribute.ts";

/** The lines of the page, as they stand there; the first one says what `api` is. */
const [define = "", ...lines] = (/```sh\n([\s\S]*?)\n```/.exec(readFileSync("docs/api.md", "utf8"))?.[1] ?? "").split(
  "\n",
);

/** A program with a key of a person's, on the emulator, which checks every right as AWS does. */
describe("an API key", () => {
  const place = joinProduct();
  const ada = new Person(place);
  let key: Awaited<ReturnType<Clients["identity"]["createApiKey"]>>;

  beforeAll(async () => {
    await ada.settle("a passphrase of several words");
    const scopes = ["agents:read", "agents:write"] as const;
    key = await ada.api.identity.createApiKey({ name: "ci", scopes: [...scopes], expiresInDays: null });
  });
  afterAll(() => ada.retire());

  async function run(line = "", AGENT = ""): Promise<Agent> {
    const env = { PATH: process.env["PATH"], OCMT_URL: place.url, OCMT_KEY: key.secret, AGENT };
    const { stdout } = await promisify(execFile)("sh", ["-c", `${define}\n${line}`], { env });
    return JSON.parse(stdout);
  }

  it("drives an agent's whole life by the lines of docs/api.md, but for its unlocking", async () => {
    const [create, look, stop, wake, remove, ...more] = lines;
    expect(more).toEqual([]);
    const { id } = await run(create);
    const until = (state: Agent["state"]) =>
      expect.poll(async () => (await run(look, id)).state, { timeout: 90_000 }).toBe(state);
    await until("locked");
    await ada.adopt(id);
    await until("running");
    await run(stop, id);
    await until("stopped");
    await run(wake, id);
    await until("running");
    expect((await run(remove, id)).state).toBe("deleting");
    await expect
      .poll(() => run(look, id).catch((error) => JSON.parse(error.stdout).code), { timeout: 90_000 })
      .toBe("agent.not_found");
  });

  it("F16 is made by nobody whose proof is more than five minutes old, until they give one by their mail", async () => {
    const draft = { name: "later", scopes: ["agents:read" as const], expiresInDays: 1 };
    const me = await ada.whoAmI();
    await ageSession(place, me);
    await ada.enter(me.memberships[0]?.tenantId ?? "tnt_"); // a token that the gateway has not heard of
    const unasked = apiClients({ baseUrl: place.url, token: async () => ada.token?.accessToken, fetch });
    await expect(unasked.identity.createApiKey(draft)).rejects.toMatchObject({ code: "auth.stale" });
    expect((await unasked.identity.listApiKeys({})).items.map(({ name }) => name)).not.toContain("later");
    expect(await ada.api.identity.createApiKey(draft)).toMatchObject({ name: "later" });
    expect(await unasked.identity.createApiKey({ ...draft, name: "and another" })).toBeDefined(); // with the token of the confirmation
  });

  it("is shown with when it was used, and is over within five seconds of being revoked", async () => {
    const program = apiClients({ baseUrl: place.url, token: async () => key.secret, fetch });
    const { items } = await ada.api.identity.listApiKeys({});
    expect(items.find(({ id }) => id === key.id)?.lastUsedAt).not.toBeNull();
    expect((await program.agents.list({})).items).toEqual([]);
    await ada.api.identity.revokeApiKey({ apiKeyId: key.id });
    await expect
      .poll(() => program.agents.list({}).catch((error) => error.code), { timeout: 6_000 })
      .toBe("auth.required");
  });
});
