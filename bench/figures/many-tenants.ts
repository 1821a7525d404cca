import { globSync, readFileSync } from "node:fs";
import { createAgent } from "#lambdas/agents/owner/agents.ts";
import { agentsRoutes } from "#lambdas/agents/routes.ts";
import { chatRoutes } from "#lambdas/chat/routes.ts";
import { enrolmentsRoutes } from "#lambdas/enrolments/routes.ts";
import { grantsRoutes } from "#lambdas/grants/routes.ts";
import { createApiKey } from "#lambdas/identity/keys/api-keys.ts";
import { identityRoutes } from "#lambdas/identity/routes.ts";
import { keyringRoutes } from "#lambdas/keyring/routes.ts";
import { recoveryRoutes } from "#lambdas/recovery/routes.ts";
import { sharesRoutes } from "#lambdas/shares/routes.ts";
import { tasksRoutes } from "#lambdas/tasks/routes.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { tenantsRoutes } from "#lambdas/tenants/routes.ts";
import { vaultRoutes } from "#lambdas/vault/routes.ts";
import type { HttpResult } from "#platform/pipe/event.ts";
import { serve } from "#platform/pipe/http.ts";
import { contracts, type Domain } from "#shared/contracts/index.ts";
import { pathParams, type Route } from "#shared/contracts/route.ts";
import { newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { MemoryPool } from "#test/support/identity.ts";
import { inventNames } from "#test/support/names.ts";
import { type Names, SAMPLES } from "#test/support/route-samples.ts";
import type { Bench, Figure } from "../figure.ts";
import { countUnits } from "../places/counted-tables.ts";
import { quietly } from "../places/vaults.ts";

/** P9: every route with an authorizer is asked once, by somebody who is entitled, among 10 tenants and among 100,000. */
const FEW = 10;
const MANY = 100_000;

async function prepare(): Promise<Bench> {
  const scans = globSync("lambdas/**/*.ts").filter((path) =>
    /\bScanCommand\b|ExecuteStatement/.test(readFileSync(path, "utf8")),
  );
  if (scans.length > 0) throw new Error(`a table is scanned: ${scans}`);
  const few = await unitsAmong(FEW);
  const many = await unitsAmong(MANY);
  for (const [route, units] of many)
    if (units !== few.get(route)) console.error(`${route}: ${units} units, ${few.get(route)} among few tenants`);
  const sum = (units: Map<string, number>) => [...units.values()].reduce((all, one) => all + one, 0);
  return { measureOurs: async () => sum(many), measurePeer: async () => sum(few) };
}

async function unitsAmong(tenants: number): Promise<Map<string, number>> {
  const world = new AgentsWorld();
  const units = countUnits(world.store);
  const asked = await settle(world);
  await fill(world, tenants - 1);
  const found = new Map<string, number>();
  for (const [domain, contract] of Object.entries(contracts))
    for (const [name, route] of Object.entries<Route>(contract)) {
      if (route.access === "public") continue;
      Object.assign(units, { read: 0, write: 0 });
      await asked(domain as Domain, name, route);
      found.set(`${domain}.${name}`, units.read + units.write);
    }
  return found;
}

/** One tenant with an agent that has a task, and somebody to ask each route about them. */
async function settle(world: AgentsWorld) {
  const owner = { ...(await world.owner("ours")), ...world.ports };
  const { agentId, taskId } = await world.deploy(owner);
  const task = await world.asTask(taskId);
  const { tenantId } = owner.actor;
  await world.upgrade(tenantId, "enterprise");
  const { userId } = await world.join(owner, "colleague@ours.example", "member");
  const { id: apiKeyId } = await createApiKey(owner, { name: "ci", scopes: ["agents:read"], expiresInDays: null });
  const { items } = await invite(owner, { emails: ["guest@ours.example"], role: "member" });
  const invited = { inviteId: items[0]?.id ?? "inv_", inviteSecret: world.mail.secret() } as const;
  const names: Names = inventNames(world.clock, { agentId, tenantId, userId, apiKeyId, ...invited });
  const door = world.door({ ...world.ports, ...world.taskPorts, pool: new MemoryPool(world) });
  const handlers = {
    identity: serve(contracts.identity, identityRoutes, door),
    tenants: serve(contracts.tenants, tenantsRoutes, door),
    keyring: serve(contracts.keyring, keyringRoutes, door),
    vault: serve(contracts.vault, vaultRoutes, door),
    shares: serve(contracts.shares, sharesRoutes, door),
    enrolments: serve(contracts.enrolments, enrolmentsRoutes, door),
    recovery: serve(contracts.recovery, recoveryRoutes, door),
    agents: serve(contracts.agents, agentsRoutes, door),
    tasks: serve(contracts.tasks, tasksRoutes, door),
    chat: serve(contracts.chat, chatRoutes, door),
    grants: serve(contracts.grants, grantsRoutes, door),
  };
  return async (domain: Domain, name: string, route: Route): Promise<HttpResult> => {
    const samples = SAMPLES[domain] as Record<string, (names: Names) => Record<string, unknown>>;
    const input = samples[name]?.(names) ?? {};
    const inPath = pathParams(route.path);
    const params = Object.fromEntries(inPath.map((param) => [param, String(input[param])]));
    const rest = Object.entries(input).filter(([field]) => !inPath.includes(field));
    const texts = Object.fromEntries(rest.map(([field, value]) => [field, String(value)]));
    const place = route.method === "GET" ? { query: texts } : { body: Object.fromEntries(rest) };
    const token = world.admit(route.access === "task" ? task.actor : owner.actor);
    return quietly(() => handlers[domain](world.event(`${route.method} ${route.path}`, { token, params, ...place })));
  };
}

/** Copies of one tenant's rows under fresh ids and hashes; what stands in a partition that all tenants share stays there. */
async function fill(world: AgentsWorld, count: number): Promise<void> {
  const before = new Set(world.store.rows.keys());
  await createAgent(await world.owner("theirs"), { name: "Theirs" });
  const template = [...world.store.rows].filter(([key]) => !before.has(key)).map((entry) => JSON.stringify(entry));
  for (let i = 1; i < count; i++) {
    const fresh = new Map<string, string>();
    for (const text of template) {
      const [key, row] = JSON.parse(text.replace(NAMES, (name) => freshName(name, fresh, i)));
      world.store.rows.set(key, row);
    }
  }
}

const NAMES = /theirs|[a-z]{3}_[0-9A-Za-z]{20,}|[A-Za-z0-9_-]{43}/g;

function freshName(name: string, fresh: Map<string, string>, i: number): string {
  const known = fresh.get(name);
  if (known) return known;
  const random = newId("tenant", new Date(i)).slice(4);
  const made = name === "theirs" ? `t${i}` : `${name.slice(0, 4)}${random}${"A".repeat(43)}`.slice(0, name.length);
  fresh.set(name, made);
  return made;
}

export const manyTenants: readonly Figure[] = [
  {
    id: "P9",
    what: "each authenticated route asked once, among 100,000 tenants",
    peer: "the same among 10",
    unit: "units",
    target: { atMost: 1 },
    pairs: 1,
    note: "counted by DynamoDB's published rule on the tables in memory, which the tests hold to the same promises as DynamoDB; no function's code holds a Scan, and the run stops if one does. Some routes refuse what they are asked here (a session that has ended, an agent in another state): of those the way to the refusal is counted.",
    prepare,
  },
];
