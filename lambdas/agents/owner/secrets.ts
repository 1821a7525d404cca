import { audited } from "#lambdas/audit/audit.ts";
import { checkSigner } from "#lambdas/keyring/keyring.repository.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import { demandSigned } from "#lambdas/keyring/signed-write.ts";
import type { Change } from "#platform/tables/change.ts";
import { type agentsContract, Envelope, type Launch } from "#shared/contracts/agents.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { getOwnAgent, partsOf } from "../rows/agent.repository.ts";
import { findLaunch } from "../rows/launch.repository.ts";
import type { AgentsCtx } from "./agents.ts";

type Routes = typeof agentsContract;

/** Who vouches for the task that holds the agent now. A device checks it before it seals anything to that task. */
export async function getLaunch(ctx: AgentsCtx, { agentId }: Input<Routes["launch"]>): Promise<Launch> {
  const row = await getOwnAgent(ctx.table, ctx.actor.userId, agentId);
  const launch = await findLaunch(ctx.table, agentId);
  if (!launch || launch.taskId !== row.taskId || launch.generation !== row.generation)
    throw new AppError("agent.no_launch");
  return launch;
}

export async function getEnvelope(ctx: AgentsCtx, { agentId }: Input<Routes["getEnvelope"]>): Promise<Envelope | null> {
  await getOwnAgent(ctx.table, ctx.actor.userId, agentId);
  const row = await ctx.table.get(envelopeOf(agentId));
  return row ? Envelope.parse(row) : null;
}

/** Without them the agent is nobody's: it takes the word of its owner's root to put others in their place. */
export async function putEnvelope(ctx: AgentsCtx, input: Input<Routes["putEnvelope"]>): Promise<Envelope> {
  const { agentId, version } = input;
  const { userId } = ctx.actor;
  await getOwnAgent(ctx.table, userId, agentId);
  const keyring = await getKeyring(ctx);
  demandSigned(ctx, keyring, { what: "agent.envelope", seq: version, otherwise: "agent.envelope_changed", input });
  const envelope = Envelope.parse(input);
  const next: Change = { do: "put", sk: envelopeOf(agentId), item: envelope, otherwise: "agent.envelope_changed" };
  const isFirst = version === 1;
  await ctx.table.write(
    isFirst ? { ...next, do: "insert" } : { ...next, if: { version: version - 1 }, missing: "agent.envelope_changed" },
    checkSigner(userId, keyring),
    audited(ctx, "agent.envelope_changed", { agentId, version }),
  );
  return envelope;
}

const envelopeOf = (agentId: Input<Routes["get"]>["agentId"]) => `${partsOf(agentId)}ENVELOPE`;
