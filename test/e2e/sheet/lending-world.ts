import { insertMember } from "#lambdas/tenants/member.repository.ts";
import type { Lending } from "#shared/client/lending/read.ts";
import type { GrantView } from "#shared/contracts/grants.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { type Lender, LendingWorld, WISH } from "#test/support/lending-world.ts";
import { agentIn, withAgent } from "./account-world.ts";
import { type Answers, never, ok } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { ada } from "./people-world.ts";
import { SOME } from "./vault-items.ts";

/** Two colleagues who lend each other's agents what their vaults hold, by the product's own code in this process. */
const world = new LendingWorld();
world.clock = new Date(Date.now() - 60_000);
const me = await world.settle(made);
await world.upgrade(made.account.tid, "enterprise");
const ctx = world.ctx(world.person("member", made.account.tid));
const grace: Member = {
  ...{ userId: ctx.actor.userId, email: "grace.hopper.of.the.compilers.department@example.org", role: "member" },
  ...{ joinedAt: world.clock.toISOString(), version: 1 },
};
await ctx.table.write(insertMember(grace));
const keys = await world.giveKeys(ctx);
const mine = await world.lender({ ...me, vaults: world.vaultsOf(me) });
const hers = await world.lender({ ctx, ...keys, vaults: world.vaultsOf(keys) });

const book = await mine.vaults.open("own");
for (const secret of SOME) await book.save(world.newItem(), secret);

async function ask(by: Lender, of: Lender, more: Partial<typeof WISH> = {}): Promise<GrantView["id"]> {
  world.turn(1_000);
  return by.lendings.ask(
    of.account.uid,
    { id: by.agentId, name: by === mine ? "Ada" : "Compiler" },
    { ...WISH, ...more },
  );
}

async function readOf(by: Lender, id: GrantView["id"]): Promise<Lending> {
  const lending = (await by.lendings.list()).find(({ row }) => row.id === id);
  if (!lending || !("letter" in lending)) throw new Error("there is no such request");
  return lending;
}

async function give(by: Lender, id: GrantView["id"], more: object = {}): Promise<void> {
  const lending = await readOf(by, id);
  const item = await world.keep(by, "a password");
  const { sites, methods, maxUses } = lending.letter;
  const approval = { agentId: by.agentId, ...item, as: "weather", asks: false, sites, methods, maxUses, ...more };
  await by.lendings.approve(lending, approval);
}

await ask(hers, mine, {
  reason: "The planner has to know whether it rains in Rotterdam in the week of the fair, before it books the halls.",
});
const lent = await ask(hers, mine, { what: "The registrar's API", period: "month", maxUses: 40 });
await give(mine, lent, { methods: ["GET"], maxUses: 12 });
const borrowed = await ask(mine, hers, { what: "Search index of the compilers department", period: "always" });
await give(hers, borrowed, { asks: true });
await hers.lendings.deny(await ask(mine, hers, { what: "Payroll", reason: "Out of curiosity" }));

const listed = async () => (await mine.grants.list({ limit: 100 })).items;
const rows = (await listed()).map((row) => (row.id === lent ? { ...row, uses: 3 } : row));

const sealed = { tier: "sealed" } as const;
const ended = await ask(hers, mine, { ...sealed, what: "The old payroll key", reason: "For the last run" });
await give(mine, ended, sealed);
await mine.lendings.revoke(await readOf(mine, ended));
await give(mine, await ask(hers, mine, { ...sealed, what: "The registrar's key", period: "month" }), sealed);
await give(hers, await ask(mine, hers, { ...sealed, what: "Search index", period: "always" }), sealed);
const reason = "The planner runs at night, when nobody's devices are unlocked.";
await ask(hers, mine, { ...sealed, what: "The weather key", reason, sites: [...WISH.sites, "https://maps.example"] });
const handedOver = (await listed()).filter(({ id }) => !rows.some((row) => row.id === id));
const agent = { ...agentIn("running"), id: mine.agentId };
const base: Answers = {
  ...withAgent(agent),
  [`GET /v1/agents/${agent.id}/launch`]: never,
  "ANY /v1/vaults*": me.serve,
  "GET /v1/shares": me.serve,
  "ANY /v1/shares/*": me.serve,
  "ANY /v1/members/*": me.serveKeyring,
  "GET /v1/members": ok({ items: [ada, grace], cursor: null }),
};
const listing = (items: readonly GrantView[]): Answers => ({ ...base, "GET /v1/grants": ok({ items, cursor: null }) });

export const withLendings = listing(rows);
/** The secret itself: asked for, handed over to either, and taken back. */
export const withHandedOver = listing(handedOver);
export const withNoLendings = listing([]);
/** The service shows one request in the place of another. */
export const withForgedLending = listing(rows.map((row, i) => (i === 1 ? { ...row, grant: row.request } : row)));
