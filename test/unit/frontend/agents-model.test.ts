import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { addGrant, takeBack } from "#shared/client/agent-items/grants.ts";
import { changeGrants, readGrants } from "#shared/client/agent-items/sealed-grants.ts";
import { openEnvelope, sealEnvelope } from "#shared/client/agent-keys.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { FIRST_PIN } from "#shared/client/link/pins.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Envelope } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import {
  changeModel,
  deployAgent,
  readModel,
  type Sealer,
} from "../../../frontend/src/lib/agent-session/agent-secrets.ts";

const now = new Date("2026-11-23T12:00:00Z");
const agentId = newId("agent", now);
const claude = {
  kind: "anthropic",
  baseUrl: "https://api.anthropic.com",
  apiKey: "sk-first",
  modelId: "claude-x",
} as const;

describe("the model of an agent", () => {
  let account: Account;
  let kept: Envelope | null = null;
  let sealer: Sealer;
  const told: ModelChoice[] = [];
  const awake = { setModel: async (model: ModelChoice) => void told.push(model) };
  const asleep = { setModel: () => Promise.reject(new Error("unreachable")) };

  beforeAll(async () => {
    const place = { tid: newId("tenant", now), uid: newId("user", now) };
    ({ account } = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now }));
    const agents = {
      create: async () => ({ id: agentId }),
      getEnvelope: async () => kept,
      putEnvelope: async ({ blob, version }: Envelope) => {
        if (version !== (kept?.version ?? 0) + 1) throw new Error("agent.envelope_changed");
        kept = { blob, version };
        return kept;
      },
    } as unknown as Sealer["agents"]; // the other routes are not asked
    const pins = storesOf(makeMemoryDatabase(), "here", agentId).pins;
    sealer = { agents, account, pinsOf: () => pins };
  });
  const secrets = () => {
    if (!kept) throw new Error("nothing is sealed");
    return openEnvelope(account, agentId, kept);
  };

  it("is sealed with the agent's own secrets when it is deployed, and read back without its key", async () => {
    await deployAgent(sealer, "Ada", claude);
    expect(secrets().model).toEqual(claude);
    expect(await readModel(sealer, agentId)).toEqual({
      kind: "anthropic",
      baseUrl: claude.baseUrl,
      modelId: "claude-x",
    });
  });

  it("changes without the agent becoming another, and the running agent is told", async () => {
    const { ais } = secrets();
    const { apiKey: _, ...keyless } = { ...claude, modelId: "claude-y" };
    expect(await changeModel(sealer, { agentId, session: awake, choice: keyless })).toBe("told");
    expect(secrets()).toMatchObject({ ais, model: { ...claude, modelId: "claude-y" } });
    expect(told).toMatchObject([{ apiKey: "sk-first", modelId: "claude-y" }]);
    expect(kept?.version).toBe(2);
  });

  it("never sends a key to another place than the one it was typed for", async () => {
    const choice = { kind: "anthropic", baseUrl: "https://evil.example", modelId: "claude-y" } as const;
    await expect(changeModel(sealer, { agentId, session: awake, choice })).rejects.toThrow("a key is needed");
    expect(kept?.version).toBe(2);
  });

  it("waits in the seal for an agent that sleeps", async () => {
    expect(await changeModel(sealer, { agentId, session: asleep, choice: { kind: "demo" } })).toBe("sealed");
    expect(secrets().model).toEqual({ kind: "demo" });
  });

  it("C08 is not sealed on top of secrets from before, in which a grant stands that was taken back", async () => {
    const { agents, pinsOf } = sealer;
    const means = { agents, account, agentId, pins: pinsOf(agentId) };
    const grant = {
      vaultId: newId("vault", now),
      itemId: newId("item", now),
      as: "bank",
      sites: ["https://bank.example"],
    };
    await changeGrants(means, (grants) => addGrant(grants, grant));
    const stale = kept;
    await changeGrants(means, (grants) => takeBack(grants, grant.itemId));
    const last = kept;
    kept = stale;
    const changing = changeModel(sealer, { agentId, session: asleep, choice: claude });
    await expect(changing).rejects.toMatchObject({ code: "crypto.rollback" });
    await expect(readModel(sealer, agentId)).rejects.toMatchObject({ code: "crypto.rollback" });
    expect(kept).toBe(stale);
    kept = last;
    expect((await readGrants(means)).grants.items).toEqual([]);
  });

  it("C08 is not taken from other secrets of the same number", async () => {
    const last = kept;
    if (!last) throw new Error("nothing is sealed");
    kept = sealEnvelope(account, agentId, last.version, { ...secrets(), model: claude }); // of another device that lost the race
    await expect(readModel(sealer, agentId)).rejects.toMatchObject({ code: "crypto.rollback" });
    kept = last;
    expect(await readModel(sealer, agentId)).toEqual({ kind: "demo" });
  });

  it("finishes a deployment that was broken off before anything was sealed", async () => {
    kept = null;
    await sealer.pinsOf(agentId).change(() => FIRST_PIN); // a device that has not seen it
    expect(await readModel(sealer, agentId)).toBeUndefined();
    expect(await changeModel(sealer, { agentId, session: asleep, choice: { kind: "demo" } })).toBe("sealed");
    expect(kept).toMatchObject({ version: 1 });
    expect(secrets().model).toEqual({ kind: "demo" });
  });
});
