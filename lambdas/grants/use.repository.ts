import * as z from "zod";
import { partsOf } from "#lambdas/agents/rows/agent.repository.ts";
import type { Change } from "#platform/tables/change.ts";
import type { Page } from "#platform/tables/rows.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Instant } from "#shared/contracts/route.ts";
import { type Id, idFromBytes, idOf } from "#shared/ids.ts";

/**
 * Beside the agent that acts:
 *   OF#<agentId>#USE#<useId>         a use that waits for it, sealed; ids grow with time
 *   OF#<agentId>#ANSWER#<useId>      what it answered, sealed
 *   OF#<agentId>#REVOKED#<grantId>   that its owner has taken a grant back, signed
 */
const usesOf = (agentId: Id<"agent">): string => `${partsOf(agentId)}USE#`;
const answerSk = (agentId: Id<"agent">, useId: Id<"use">) => `${partsOf(agentId)}ANSWER#${useId}`;
const revokedOf = (agentId: Id<"agent">): string => `${partsOf(agentId)}REVOKED#`;

/** As long as the issuer may be asked, and a little more. */
export const USE_SECONDS = 720;
const ANSWER_SECONDS = 720;
const REVOKED_SECONDS = 40 * 86_400; // longer than any grant that ends by itself is asked for

export const UseRow = z.object({
  useId: idOf("use"),
  grantId: idOf("grant"),
  subjectAgentId: idOf("agent"),
  at: Instant,
  blob: z.string(),
});
export type UseRow = z.infer<typeof UseRow>;
const AnswerRow = z.object({ grantId: idOf("grant"), answer: z.string() });
const RevokedRow = z.object({ grantId: idOf("grant"), revocation: z.string() });

const ttl = (at: string, seconds: number): { ttlSeconds: number } => ({
  ttlSeconds: Math.floor(Date.parse(at) / 1000) + seconds,
});

export const insertUse = (issuerAgentId: Id<"agent">, use: UseRow): Change => ({
  do: "insert",
  sk: `${usesOf(issuerAgentId)}${use.useId}`,
  item: { ...use, ...ttl(use.at, USE_SECONDS) },
  otherwise: "request.conflict",
});

/** Those that wait, oldest first. What is too old to be alive is not even looked at. */
export async function pageUses(
  table: TenantTable,
  agentId: Id<"agent">,
  { now, limit, after }: { readonly now: Date; readonly limit: number; readonly after?: Id<"use"> | undefined },
) {
  const oldest = new Uint8Array(16);
  const fromMs = now.getTime() - (USE_SECONDS + 120) * 1000;
  new DataView(oldest.buffer).setBigUint64(0, BigInt(fromMs) << 16n);
  const from = idFromBytes("use", oldest);
  let cursor: string | null = `${usesOf(agentId)}${after && after > from ? after : from}`;
  let items: Page["items"] = [];
  while (items.length === 0 && cursor !== null)
    // a page may be all of dead ones
    ({ items, next: cursor } = await table.page(usesOf(agentId), { limit, cursor }));
  return { uses: items.map((item) => UseRow.parse(item)), more: cursor !== null };
}

export async function findUse(table: TenantTable, agentId: Id<"agent">, useId: Id<"use">): Promise<UseRow | undefined> {
  const row = await table.get(`${usesOf(agentId)}${useId}`);
  return row && UseRow.parse(row);
}

export async function findAnswer(table: TenantTable, agentId: Id<"agent">, useId: Id<"use">) {
  const row = await table.get(answerSk(agentId, useId));
  return row && AnswerRow.parse(row);
}

/** The use goes, and its answer is there: both or neither. */
export const answerWith = (
  agentId: Id<"agent">,
  { useId, grantId }: Pick<UseRow, "useId" | "grantId">,
  { answer, at }: { readonly answer: string; readonly at: string },
): Change[] => [
  { do: "delete", sk: `${usesOf(agentId)}${useId}`, otherwise: "use.not_found" },
  {
    do: "insert",
    sk: answerSk(agentId, useId),
    item: { grantId, answer, ...ttl(at, ANSWER_SECONDS) },
    otherwise: "request.conflict",
  },
];

export const insertRevoked = (
  agentId: Id<"agent">,
  { grantId, revocation, at }: { readonly grantId: Id<"grant">; readonly revocation: string; readonly at: string },
): Change => ({
  do: "insert",
  sk: `${revokedOf(agentId)}${grantId}`,
  item: { grantId, revocation, ...ttl(at, REVOKED_SECONDS) },
  otherwise: "grant.settled",
});

const REVOKED_READ = 200;

export async function listRevoked(table: TenantTable, agentId: Id<"agent">) {
  const { items } = await table.page(revokedOf(agentId), { limit: REVOKED_READ, descending: true });
  return items.map((item) => RevokedRow.parse(item));
}
