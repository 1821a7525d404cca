import * as z from "zod";
import { TIERS } from "#shared/crypto/grants/terms.ts";
import { idOf } from "#shared/ids.ts";
import { type Contract, Instant, PageQuery, pageOf, sealedBytes } from "./route.ts";
import { SharedSealed } from "./shares.ts";

/**
 * One person lets the agent of another use one item: through an agent of their own (live), or by handing its secret over (sealed). The
 * platform sees who asks whom, until when, how often and in which tier, and of what is handed over which item it is; what is asked
 * for and why, and what is given, is sealed between the two.
 */
export const PERIODS = { day: 1, week: 7, month: 31, always: null } as const satisfies Record<string, number | null>;
export const PERIOD_NAMES = ["day", "week", "month", "always"] as const satisfies readonly (keyof typeof PERIODS)[];
export type Period = (typeof PERIOD_NAMES)[number];

const GRANT_USES_MAX = 10_000;
export const Uses = z.int().min(1).max(GRANT_USES_MAX);

/** live: the issuer's agent acts · sealed: the secret is handed over. */
const Tier = z.enum(TIERS);

/** asked: the issuer has not answered · approved · denied · withdrawn: the one who asked did not wait · revoked · expired. */
const GRANT_STATES = ["asked", "approved", "denied", "withdrawn", "revoked", "expired"] as const;

const Letter = sealedBytes(12_000);
const Pair = z.object({ toIssuer: Letter, toSubject: Letter }); // the same words, for either of them

export const GrantView = z.object({
  id: idOf("grant"),
  side: z.enum(["issuer", "subject"]), // which of the two the caller is
  issuerId: idOf("user"),
  subjectId: idOf("user"),
  subjectAgentId: idOf("agent"),
  issuerAgentId: idOf("agent").nullable(), // once there is an answer
  state: z.enum(GRANT_STATES),
  tier: Tier.default("live"), // as it was asked for, or as it was given
  handed: z
    .object({ vaultId: idOf("vault"), itemId: idOf("item") })
    .nullable()
    .default(null), // of a sealed one, once it is given
  period: z.enum(PERIOD_NAMES), // as it was asked for
  maxUses: Uses, // what was asked for, or what was given
  notAfter: Instant.nullable(), // null: it does not end by itself, or is not given yet
  uses: z.int().nonnegative(), // that the issuer's agent has counted
  request: Letter, // sealed to the caller
  grant: Letter.nullable(),
  createdAt: Instant,
  answeredAt: Instant.nullable(),
});
export type GrantView = z.infer<typeof GrantView>;

const ById = z.object({ grantId: idOf("grant") });

export const grantsContract = {
  list: {
    method: "GET",
    path: "/v1/grants",
    access: "grants:read",
    summary: "What others have asked of you or given you, and what you have asked of them or given, newest last.",
    input: PageQuery,
    reply: pageOf(GrantView),
  },
  ask: {
    method: "POST",
    path: "/v1/grants",
    access: "grants:write",
    summary: "Ask a member to let your agent use something through theirs. The reason is sealed to them.",
    status: 201,
    input: z.object({
      id: idOf("grant"),
      issuerId: idOf("user"),
      agentId: idOf("agent"), // yours, which is to use it
      period: z.enum(PERIOD_NAMES),
      maxUses: Uses,
      tier: Tier.default("live"),
      request: Pair,
    }),
    reply: GrantView,
  },
  approve: {
    method: "POST",
    path: "/v1/grants/{grantId}/approval",
    access: "grants:write",
    summary:
      "Give what was asked for, or less. The grant is signed by you and sealed to the one who asked; in the sealed tier the item's keys are too.",
    input: ById.extend({
      agentId: idOf("agent"), // yours, which acts
      maxUses: Uses,
      notAfter: Instant.nullable(),
      tier: Tier.default("live"), // live in answer to either, sealed only where that was asked for
      share: SharedSealed.optional(), // of a sealed one: the item share under the grant's id, to read, until the grant's end
      grant: Pair,
    }),
    reply: GrantView,
  },
  deny: {
    method: "POST",
    path: "/v1/grants/{grantId}/denial",
    access: "grants:write",
    summary: "Refuse what a member has asked for; or, as the one who asked, withdraw it.",
    input: ById,
    reply: GrantView,
  },
  revoke: {
    method: "POST",
    path: "/v1/grants/{grantId}/revocation",
    access: "grants:write",
    summary:
      "Take a grant back. Your signed word goes to the agent that acts, which refuses from then on; what was handed over is opened no more.",
    input: ById.extend({ revocation: sealedBytes(256) }),
    reply: GrantView,
  },
} as const satisfies Contract;
