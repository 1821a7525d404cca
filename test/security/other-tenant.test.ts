import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { agentsRoutes } from "#lambdas/agents/routes.ts";
import { enqueue } from "#lambdas/chat/chat.ts";
import { chatRoutes } from "#lambdas/chat/routes.ts";
import { insertEnrolment } from "#lambdas/enrolments/enrolment.repository.ts";
import { enrolmentsRoutes } from "#lambdas/enrolments/routes.ts";
import { askForGrant } from "#lambdas/grants/grants.ts";
import { grantsRoutes } from "#lambdas/grants/routes.ts";
import { createApiKey } from "#lambdas/identity/keys/api-keys.ts";
import { identityRoutes } from "#lambdas/identity/routes.ts";
import { addDevice } from "#lambdas/keyring/devices.ts";
import { createKeyring } from "#lambdas/keyring/keyring.ts";
import { keyringRoutes } from "#lambdas/keyring/routes.ts";
import { insertRecovery, replaceSet } from "#lambdas/recovery/recovery.repository.ts";
import { recoveryRoutes } from "#lambdas/recovery/routes.ts";
import { sharesRoutes } from "#lambdas/shares/routes.ts";
import { appendJournal } from "#lambdas/tasks/journal.ts";
import { tasksRoutes } from "#lambdas/tasks/routes.ts";
import { commitState, uploadState } from "#lambdas/tasks/state.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { tenantsRoutes } from "#lambdas/tenants/routes.ts";
import { vaultRoutes } from "#lambdas/vault/routes.ts";
import type { HttpResult } from "#platform/pipe/event.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Actor } from "#platform/rules/context.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { chatContract } from "#shared/contracts/chat.ts";
import { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { grantsContract } from "#shared/contracts/grants.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { recoveryContract } from "#shared/contracts/recovery.ts";
import { type Contract, pathParams, type Route } from "#shared/contracts/route.ts";
import { sharesContract } from "#shared/contracts/shares.ts";
import { tasksContract } from "#shared/contracts/tasks.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { idOf, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { MemoryPool } from "#test/support/identity.ts";
import { inventNames } from "#test/support/names.ts";
import { type Names, SAMPLES } from "#test/support/route-samples.ts";

/** Every route of these domains, as it is deployed, asked by the owner of one tenant about the things of another. */
const SERVED = {
  ...{ identity: identityContract, tenants: tenantsContract, keyring: keyringContract, vault: vaultContract },
  ...{ agents: agentsContract, tasks: tasksContract, chat: chatContract, grants: grantsContract },
  ...{ shares: sharesContract },
  recovery: recoveryContract,
  enrolments: enrolmentsContract,
} as const;

/** A whole tenant: an owner, a colleague, an open invite, a key, a keyring, a device, and an agent with all it can have. */
async function settle(world: AgentsWorld, slug: string) {
  const owner = { ...(await world.owner(slug)), ...world.ports };
  const { tenantId } = owner.actor;
  const colleague = await world.join(owner, `colleague@${slug}.example`, "member");
  const { id: apiKeyId } = await createApiKey(owner, { name: "ci", scopes: ["agents:read"], expiresInDays: null });
  const { items } = await invite(owner, { emails: [`guest@${slug}.example`], role: "member" });
  const names = inventNames(world.clock);
  const body = SAMPLES.keyring.createKeyring(names);
  await createKeyring(owner, body as never); // the sample is what the contract parses
  await addDevice(owner, { id: names.deviceId, name: "Laptop", cert: "AAAA" });
  await settleRecovery(owner, colleague.userId, names);
  await settleEnrolment(owner, names);
  const agent = await settleAgent(world, owner, slug);
  await askForGrant(owner, {
    ...{ id: names.grantId, issuerId: colleague.userId, agentId: agent.names.agentId, period: "week", maxUses: 3 },
    tier: "live",
    request: { toIssuer: slug, toSubject: slug },
  });
  const theirs: Names = {
    ...names,
    ...agent.names,
    tenantId,
    userId: colleague.userId,
    sessionId: colleague.sessionId,
    apiKeyId,
    inviteId: items[0]?.id ?? "inv_",
    inviteSecret: world.mail.secret(),
  };
  return { owner, task: agent.task, theirs };
}

/** A share with a colleague, and a recovery that asks for it. */
async function settleRecovery(owner: AgentsCtx, contactId: Names["userId"], names: Names): Promise<void> {
  const { userId: ownerId } = owner.actor;
  const [at, later] = [owner.now().toISOString(), "2031-01-01T00:00:00.000Z"];
  const ids = { setId: names.shareSetId, slotId: names.slotId };
  const body = { ...ids, threshold: 2, commit: "AAAA", ownerFingerprint: "AAAA", bundleHash: "AAAA" };
  const held = { contactId, row: { ...body, ownerId, count: 3, share: "AAAA" } };
  const recovery = {
    ...{
      id: names.recoveryId,
      setId: names.shareSetId,
      ownerId,
      ephemeralKey: "AAAA",
      device: "Laptop",
      place: "here",
    },
    ...{ startedAt: at, collectableAt: at, expiresAt: later, ttlSeconds: Date.parse(later) / 1000 },
  };
  const set = replaceSet(ownerId, { ...body, contacts: [contactId], sealedTo: ["AAAA"], createdAt: at }, undefined, [
    held,
  ]);
  await owner.table.write(...set, insertRecovery(recovery));
}

/** A device that waits, and what another has answered. */
async function settleEnrolment(owner: AgentsCtx, { enrolmentId: id, deviceId }: Names): Promise<void> {
  const { actor, table, now } = owner;
  if (actor.kind !== "user") throw new Error("not a person");
  const { userId, sessionId } = actor;
  const [askedAt, expiresAt] = [now().toISOString(), "2031-01-01T00:00:00.000Z"];
  const times = { askedAt, expiresAt, ttlSeconds: Date.parse(expiresAt) / 1000 };
  const answer = { deviceId, cert: "AAAA", sealed: "AAAA" };
  const body = { request: "AAAA", rootGeneration: 1, seat: 0, answer };
  const row = { id, userId, sessionId, state: "answered", ...times, ...body } as const;
  await table.write(...insertEnrolment(row, now()));
}

/** An agent with a saved state, a journal, an envelope, an open device and a message that waits. */
async function settleAgent(world: AgentsWorld, owner: AgentsCtx, slug: string) {
  const { agentId, taskId } = await world.deploy(owner, `${slug}'s agent`);
  const task = await world.asTask(taskId);
  await uploadState(task, { seq: 1, bytes: 10 });
  await commitState(task, { seq: 1, hash: slug, bytes: 10, sealedKey: slug, final: false });
  await appendJournal(task, { stateSeq: 1, entries: [{ seq: 1, blob: slug }] });
  const envelope = { sk: `OF#${agentId}#ENVELOPE`, item: { blob: slug, version: 1 } };
  await owner.table.write({ do: "insert", ...envelope, otherwise: "agent.envelope_changed" });
  await world.device(owner, agentId);
  const messageId = newId("message", world.clock);
  await enqueue(owner, { agentId, messageId, blob: slug });
  const [queued] = (await owner.table.page(`OF#${agentId}#QUEUE#`, { limit: 1 })).items;
  const frameId = idOf("frame").parse(queued?.["id"]);
  return { names: { agentId, messageId, frameId }, task: task.actor };
}

describe.each(Object.keys(SERVED) as (keyof typeof SERVED)[])("E01 %s", (domain) => {
  const contract: Contract = SERVED[domain];
  let world: AgentsWorld;
  let stranger: Record<"person" | "task", Actor>;
  let theirs: Names;
  let ask: (route: Route, input: Record<string, unknown>, token: string) => Promise<HttpResult>;

  beforeEach(async () => {
    world = new AgentsWorld();
    const door = world.door({ ...world.ports, ...world.taskPorts, pool: new MemoryPool(world) });
    const handlers = {
      identity: serve(identityContract, identityRoutes, door),
      tenants: serve(tenantsContract, tenantsRoutes, door),
      keyring: serve(keyringContract, keyringRoutes, door),
      vault: serve(vaultContract, vaultRoutes, door),
      shares: serve(sharesContract, sharesRoutes, door),
      enrolments: serve(enrolmentsContract, enrolmentsRoutes, door),
      recovery: serve(recoveryContract, recoveryRoutes, door),
      agents: serve(agentsContract, agentsRoutes, door),
      tasks: serve(tasksContract, tasksRoutes, door),
      chat: serve(chatContract, chatRoutes, door),
      grants: serve(grantsContract, grantsRoutes, door),
    };
    ({ theirs } = await settle(world, "victim"));
    const { owner, task } = await settle(world, "stranger");
    stranger = { person: owner.actor, task };
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
      const token = world.admit(route.access === "task" ? stranger.task : stranger.person);
      const before = structuredClone(rowsOf(theirs));
      const about = await ask(route, samples[name]?.(theirs) ?? {}, token);
      const text = about.body ?? "";
      expect(rowsOf(theirs)).toEqual(before);
      for (const secret of ["victim", theirs.tenantId, theirs.userId, theirs.apiKeyId, theirs.agentId])
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
