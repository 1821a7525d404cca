import { changeSecrets, readSecrets } from "#shared/client/agent-items/sealed-grants.ts";
import { makeAgentSecrets } from "#shared/client/agent-keys.ts";
import type { Client } from "#shared/client/api-client.ts";
import type { Account } from "#shared/client/keyring.ts";
import type { PinStore } from "#shared/client/link/pins.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent, agentsContract } from "#shared/contracts/agents.ts";
import type { AgentSession } from "./session.ts";

export interface Sealer {
  readonly agents: Client<typeof agentsContract>;
  readonly account: Account;
  /** What this device remembers of an agent. */
  readonly pinsOf: (agentId: Agent["id"]) => PinStore;
}

/** Whose model an agent asks, without the key: what a page may hold on to. */
export type ModelInWords = { readonly kind: ModelChoice["kind"]; readonly baseUrl?: string; readonly modelId?: string };

/** The row first, because the seal binds its id; then its secrets, which only this account opens. */
export async function deployAgent(sealer: Sealer, name: string, model: ModelChoice): Promise<Agent> {
  const agent = await sealer.agents.create({ name });
  await changeSecrets(meansOf(sealer, agent.id), () => makeAgentSecrets(model));
  return agent;
}

/** Undefined for an agent whose deployment was broken off before its secrets were sealed. @throws as readSecrets */
export async function readModel(sealer: Sealer, agentId: Agent["id"]): Promise<ModelInWords | undefined> {
  const { secrets } = await readSecrets(meansOf(sealer, agentId));
  return secrets && withoutKey(secrets.model);
}

const meansOf = ({ agents, account, pinsOf }: Sealer, agentId: Agent["id"]) => ({
  ...{ agents, account, agentId, pins: pinsOf(agentId) },
});

const withoutKey = (model: ModelChoice): ModelInWords =>
  model.kind === "demo" ? model : { kind: model.kind, baseUrl: model.baseUrl, modelId: model.modelId };

export interface ModelChange {
  readonly agentId: Agent["id"];
  readonly session: Pick<AgentSession, "setModel">;
  readonly choice: ModelChoice | Keyless;
}

/**
 * Seals another choice in the agent's envelope, for its next start, and tells the running agent. No key keeps the one sealed before, for the same place only.
 * Says whether the agent has it already.
 * @throws crypto.rollback when the platform shows secrets from before: in them stands what was changed since
 */
export async function changeModel(
  sealer: Sealer,
  { agentId, session, choice }: ModelChange,
): Promise<"told" | "sealed"> {
  const { version, secrets } = await changeSecrets(meansOf(sealer, agentId), (before) => {
    const model = withKey(choice, before?.model);
    return before ? { ...before, model } : makeAgentSecrets(model);
  });
  if (version === 1) return "sealed";
  return session.setModel(secrets.model).then(
    () => "told",
    () => "sealed", // it sleeps: it is told when it is unlocked
  );
}

/** A choice whose key stays as it is. */
export type Keyless = Omit<Extract<ModelChoice, { kind: "openai" | "anthropic" }>, "apiKey"> & {
  readonly apiKey?: undefined;
};

/** @throws Error when there is no key to keep: the form asks for one then. */
function withKey(choice: ModelChoice | Keyless, before: ModelChoice | undefined): ModelChoice {
  if (choice.kind === "demo") return choice;
  const isSamePlace = before?.kind === choice.kind && new URL(before.baseUrl).origin === new URL(choice.baseUrl).origin;
  const apiKey = choice.apiKey ?? (isSamePlace ? before.apiKey : undefined);
  if (apiKey === undefined) throw new Error("a key is needed");
  return { ...choice, apiKey };
}
