import { type Telling, tellTask } from "#lambdas/agents/lifecycle/tell.ts";
import { findAgent, getOwnAgent } from "#lambdas/agents/rows/agent.repository.ts";
import { audited } from "#lambdas/audit/audit.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import { checkAsker, checkMember, findMember } from "#lambdas/tenants/member.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import { type GrantView, type grantsContract, PERIODS } from "#shared/contracts/grants.ts";
import type { Input } from "#shared/contracts/route.ts";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { openRevocation } from "#shared/crypto/grants/revocation.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { findGrant, type GrantRow, insertGrant, moveGrant, pageGrants } from "./grant.repository.ts";
import { describeEndOf, describeHanding } from "./handing.ts";
import { insertRevoked } from "./use.repository.ts";

type Routes = typeof grantsContract;

const DAY_MS = 86_400_000;
const OPEN_MS = 7 * DAY_MS; // what nobody answers
const SLACK_MS = 5 * 60_000; // between the clocks of a device and ours
const ASKS = { max: 20, seconds: 3600 };

export async function listGrants(ctx: Ctx, { limit, cursor }: Input<Routes["list"]>) {
  const { rows, next } = await pageGrants(ctx.table, ctx.actor.userId, { limit, cursor });
  return { items: rows.map((row) => viewOf(ctx, row)), cursor: next };
}

/** Of a member of the same organisation, by their id there. Nothing else says who exists. */
export async function askForGrant(ctx: Ctx, input: Input<Routes["ask"]>): Promise<GrantView> {
  const { id, issuerId, agentId, period, maxUses, tier, request } = input;
  const { userId } = ctx.actor;
  await getOwnAgent(ctx.table, userId, agentId);
  if (issuerId === userId || !(await findMember(ctx.table, issuerId))) throw new AppError("member.not_found");
  await countRate(ctx.directory, { what: "grant-asks", who: userId, ...ASKS }, ctx.now());
  const row: GrantRow = {
    ...{ id, issuerId, subjectId: userId, subjectAgentId: agentId, issuerAgentId: null, state: "asked" },
    ...{ period, maxUses, tier, notAfter: null, uses: 0, request, grant: null, handed: null },
    ...{ createdAt: ctx.now().toISOString(), answeredAt: null },
  };
  const end = new Date(ctx.now().getTime() + OPEN_MS);
  await ctx.table.write(
    checkAsker(ctx),
    checkMember(issuerId, "member.not_found"),
    ...insertGrant(row, end),
    audited(ctx, "grant.asked", { grantId: id, issuerId, agentId, tier }),
  );
  return viewOf(ctx, row);
}

/** The same or less: what is inside the seal the two clients compare, and the issuer's agent holds to. */
export async function approveGrant(ctx: Ctx, input: Input<Routes["approve"]>): Promise<GrantView> {
  const { grantId, agentId: issuerAgentId, maxUses, notAfter, tier, grant } = input;
  const row = await getGrant(ctx, grantId, "issuer");
  await getOwnAgent(ctx.table, ctx.actor.userId, issuerAgentId);
  demandOpen(ctx, row, "asked");
  const days = PERIODS[row.period];
  const now = ctx.now();
  const latest = days === null ? Number.POSITIVE_INFINITY : now.getTime() + days * DAY_MS + SLACK_MS;
  const end = notAfter === null ? Number.POSITIVE_INFINITY : Date.parse(notAfter);
  if (maxUses > row.maxUses || end > latest || end <= now.getTime()) throw new AppError("grant.wider");
  const { handed, writes } = await describeHanding(ctx, row, input);
  const answeredAt = now.toISOString();
  const set = { state: "approved", issuerAgentId, maxUses, notAfter, tier, grant, handed, answeredAt } as const;
  const about = { grantId, agentId: issuerAgentId, maxUses, notAfter, tier, ...handed };
  const isOverByItself = tier === "live" && notAfter !== null; // who holds a secret is listed until it is taken back
  await ctx.table.write(
    ...moveGrant(row, set, isOverByItself ? new Date(notAfter) : null),
    ...writes,
    audited(ctx, "grant.approved", about),
  );
  return viewOf(ctx, { ...row, ...set });
}

/** The issuer says no; or the one who asked does not wait for a word. */
export async function denyGrant(ctx: Ctx, { grantId }: Input<Routes["deny"]>): Promise<GrantView> {
  const row = await getGrant(ctx, grantId);
  demandOpen(ctx, row, "asked");
  const state = row.issuerId === ctx.actor.userId ? "denied" : "withdrawn";
  const set = { state, answeredAt: ctx.now().toISOString() } as const;
  await ctx.table.write(...moveGrant(row, set, ctx.now()), audited(ctx, `grant.${state}`, { grantId }));
  return viewOf(ctx, { ...row, ...set });
}

export async function revokeGrant(
  ctx: Ctx & Telling,
  { grantId, revocation }: Input<Routes["revoke"]>,
): Promise<GrantView> {
  const row = await getGrant(ctx, grantId, "issuer");
  if (row.issuerAgentId === null) throw new AppError("grant.settled");
  const acting = row.tier === "sealed" ? row.subjectAgentId : row.issuerAgentId;
  demandOpen(ctx, row, "approved");
  await demandSigned(ctx, grantId, revocation);
  const at = ctx.now().toISOString();
  const set = { state: "revoked", answeredAt: at } as const;
  await ctx.table.write(
    ...moveGrant(row, set, ctx.now()),
    ...(await describeEndOf(ctx, row)),
    insertRevoked(acting, { grantId, revocation, at }),
    audited(ctx, "grant.revoked", { grantId, agentId: acting, uses: row.uses, tier: row.tier }),
  );
  const agent = await findAgent(ctx.table, acting);
  if (agent) await tellTask(ctx, agent, "wake"); // if it sleeps it reads this first of all when it wakes
  return viewOf(ctx, { ...row, ...set });
}

async function demandSigned(ctx: Ctx, grantId: Id<"grant">, revocation: string): Promise<void> {
  const { tenantId: tid, userId: issuer } = ctx.actor;
  const { bundle } = readBundle(decodeBase64url((await getKeyring(ctx)).bundle));
  try {
    openRevocation(decodeBase64url(revocation), { grantId, tid, issuer }, bundle.signKey);
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("grant.revocation_wrong", { cause: error });
    throw error;
  }
}

/** What is between two others answers exactly like what does not exist. */
async function getGrant(ctx: Ctx, grantId: Id<"grant">, side?: GrantView["side"]): Promise<GrantRow> {
  const row = await findGrant(ctx.table, grantId);
  const { userId } = ctx.actor;
  const isTheirs = row?.issuerId === userId || (side === undefined && row?.subjectId === userId);
  if (!row || !isTheirs) throw new AppError("grant.not_found");
  return row;
}

function demandOpen(ctx: Pick<Ctx, "now">, row: GrantRow, wanted: "asked" | "approved"): void {
  const state = stateOf(row, ctx.now());
  const isEnded = wanted === "approved" && state === "expired" && row.state === "approved";
  if (state !== wanted && !isEnded) throw new AppError("grant.settled", { details: { state } });
}

export function stateOf({ state, notAfter, createdAt }: GrantRow, now: Date): GrantView["state"] {
  if (state === "asked" && now.getTime() > Date.parse(createdAt) + OPEN_MS) return "expired";
  const isOver = state === "approved" && notAfter !== null && now.getTime() > Date.parse(notAfter);
  return isOver ? "expired" : state;
}

function viewOf({ actor, now }: Pick<Ctx, "actor" | "now">, row: GrantRow): GrantView {
  const side = row.issuerId === actor.userId ? "issuer" : "subject";
  const mine = side === "issuer" ? "toIssuer" : "toSubject";
  return { ...row, side, state: stateOf(row, now()), request: row.request[mine], grant: row.grant?.[mine] ?? null };
}
