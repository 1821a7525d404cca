import { beforeAll, describe, expect, it } from "vitest";
import { openEnvelope } from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Envelope } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { nodeArgon2id as deriveArgon2id } from "#test/support/argon2.ts";
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
    sealer = { agents, account };
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

  it("finishes a deployment that was broken off before anything was sealed", async () => {
    kept = null;
    expect(await readModel(sealer, agentId)).toBeUndefined();
    expect(await changeModel(sealer, { agentId, session: asleep, choice: { kind: "demo" } })).toBe("sealed");
    expect(kept).toMatchObject({ version: 1 });
    expect(secrets().model).toEqual({ kind: "demo" });
  });
});
