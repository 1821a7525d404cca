import { generateKeyPairSync } from "node:crypto";
import type { Page } from "playwright-core";
import { makeAgentSecrets, sealEnvelope } from "#shared/client/agent-keys.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent, AgentEvent, Launch } from "#shared/contracts/agents.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { writeLaunch } from "#shared/crypto/agents/launch.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { type Id, newId } from "#shared/ids.ts";
import { unlockByPassphrase } from "../support/unlock.ts";
import { type Answers, ok } from "./answers.ts";
import { made, PASSPHRASE, place } from "./keyring-world.ts";
import { ada, ago, signedIn } from "./people-world.ts";

/** An agent in whatever state, of someone whose vault really opens: the API's part of it, without a product behind. */
const at = ago(30 * 86_400_000);
const agentId = newId("agent", new Date());
export const agentPath = `/agents/${agentId}`;
export const chatPath = `/chat/${agentId}`;

/** Where a browser keeps what waits for the agent, beside each id. */
export const outboxNames = (ids: readonly Id<"message">[]): [Id<"message">, string][] =>
  ids.map((id) => [id, `${place.tid}/${place.uid}/agent/${agentId}/outbox/${id}`]);

const running: Agent = {
  ...{ id: agentId, name: "Ada", ownerId: ada.userId, state: "running", size: "small", generation: 7, online: true },
  steps: (["requested", "task_found", "assigned", "unlocked", "ready"] as const).map((step, i) => ({
    step,
    at: ago(3_600_000 - i * 1_700),
  })),
  ...{ etaSeconds: 8, queued: 0, restarts: 0, cause: null, version: 12 },
  saved: { seq: 41, hash: "A".repeat(43), bytes: 412_300, sealedKey: "AAAA", savedAt: ago(7 * 60_000) },
  ...{ firstMessageAt: at, lastActiveAt: ago(7 * 60_000), createdAt: at },
};
export const agentIn = (state: Agent["state"], more: Partial<Agent> = {}): Agent => ({ ...running, state, ...more });

/** A start that stands at its second step. */
export const halfStarted: Partial<Agent> = {
  steps: [
    { step: "requested", at: ago(3_100) },
    { step: "task_found", at: ago(1_900) },
  ],
  online: false,
};

/** Its task is there, and no device has come yet. */
export const assigned: Partial<Agent> = { steps: running.steps.slice(0, 3) };

/** Unlocked a moment ago: OpenClaw is not up yet. */
export const almostStarted: Partial<Agent> = { steps: running.steps.slice(0, -1) };

/** A task that somebody else put in the agent's place: everything fits, only the launch key did not sign it. */
export function forgedLaunch(): Launch {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const boot = makeIdentity();
  const taskId = newId("task", new Date());
  const [hash, nonce] = [new Uint8Array(32), new Uint8Array(32)];
  const statement = writeLaunch({
    ...{ taskId, agentId, generation: running.generation, imageDigest: hash, taskDefinitionHash: hash, nonce },
    ...{ bootSignKey: boot.sign.publicKey, bootKemKeyHash: sha256(boot.kem.publicKey) },
  });
  return {
    ...{ taskId, generation: running.generation, statement: encodeBase64url(statement) },
    signature: encodeBase64url(new Uint8Array(64).fill(1)),
    launchKey: encodeBase64url(publicKey.export({ type: "spki", format: "der" })),
    bootSignPub: encodeBase64url(boot.sign.publicKey),
    bootKemPub: encodeBase64url(boot.kem.publicKey),
  };
}

const event = (name: AgentEvent["event"], minutes: number, detail: string | null = null): AgentEvent => ({
  ...{ id: newId("event", new Date()), at: ago(minutes * 60_000), event: name, generation: 7, detail },
});
const events: AgentEvent[] = [
  event("agent.state_saved", 7, "412300 bytes"),
  event("agent.ready", 59),
  event("agent.unlocked", 60),
  event("agent.assigned", 60),
  event("agent.requested", 60),
];

/** Everything a page of someone with one agent asks. */
export function withAgent(agent: Agent, model: ModelChoice = { kind: "demo" }): Answers {
  const envelope = sealEnvelope(made.account, agent.id, 1, makeAgentSecrets(model));
  const path = `/v1/agents/${agent.id}`;
  return {
    ...withVault,
    "GET /v1/agents": ok({ items: [agent], cursor: null }),
    [`GET ${path}`]: ok(agent),
    [`GET ${path}/events`]: ok({ items: events, cursor: null }),
    [`GET ${path}/envelope`]: ok(envelope),
    "POST /v1/relay/tickets": ok({ ticket: "ticket", expiresAt: ago(-30_000) }),
  };
}

export const withVault: Answers = {
  ...signedIn("owner"),
  "GET /v1/shares": ok({ items: [] }),
  "ANY /v1/vaults*": async () => Response.json({ items: [] }), // whoever unlocks looks which keys are due
  "POST /v1/devices": { status: 201, body: (sent: unknown) => ({ ...Object(sent), createdAt: ago(0) }) },
};

export const unlock = (page: Page): Promise<void> => unlockByPassphrase(page, PASSPHRASE);

/** The settings are open to a locked vault as well, so it is unlocked on another page. */
export async function unlockToRecovery(page: Page): Promise<void> {
  await page.goto("/agents");
  await unlock(page);
  await page.getByRole("link", { name: "Settings" }).filter({ visible: true }).first().click();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Recovery" }).click();
}
