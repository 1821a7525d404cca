import { type Actor, actorId } from "#platform/rules/context.ts";
import type { DirectoryChange, Insert } from "#platform/tables/change.ts";
import { type Id, newId } from "#shared/ids.ts";

/** Every fact that is recorded. A name is public: add, never rename. */
const EVENTS = [
  "session.started",
  "session.ended",
  "session.reuse_detected",
  "session.switched",
  "session.confirmed",
  "api_key.created",
  "api_key.revoked",
  "tenant.created",
  "tenant.renamed",
  "member.joined",
  "member.role_changed",
  "member.removed",
  "invite.sent",
  "invite.resent",
  "invite.cancelled",
  "invite.declined",
  "keyring.created",
  "keyring.changed",
  "keyring.rotated",
  "keyring.rotation_finished",
  "keyring.recovery_checked",
  "device.added",
  "device.revoked",
  "vault.created",
  "vault.changed",
  "vault.stepped",
  "vault.answered",
  "vault.opening_asked",
  "vault.opening_answered",
  "grant.asked",
  "grant.approved",
  "grant.denied",
  "grant.withdrawn",
  "grant.revoked",
  "grant.used",
  "share.offered",
  "share.accepted",
  "share.declined",
  "share.opened",
  "share.renewed",
  "share.revoked",
  "recovery.set_put",
  "recovery.set_removed",
  "recovery.started",
  "recovery.released",
  "recovery.ended",
  "enrolment.asked",
  "enrolment.let_in",
  "enrolment.denied",
  "enrolment.taken",
  "enrolment.cancelled",
  "agent.created",
  "agent.renamed",
  "agent.woken",
  "agent.paused",
  "agent.resumed",
  "agent.stopped",
  "agent.deleted",
  "agent.crashed",
  "agent.failed",
  "agent.replaced",
  "agent.assigned",
  "agent.unlocked",
  "agent.state_saved",
  "agent.envelope_changed",
] as const;
export type AuditEvent = (typeof EVENTS)[number];

interface Witness {
  readonly actor: Actor;
  readonly now: () => Date;
}

/** What an audit line is about: ids and plain facts, never content. */
export type About = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The audit line for a change, to be written with it: `ctx.table.write(change, audited(ctx, …))`.
 * What is not in the log did not happen, and what is in the log did.
 */
export function audited(ctx: Witness, event: AuditEvent, about: About): Insert {
  const at = ctx.now();
  const id = newId("audit", at);
  return {
    do: "insert",
    sk: `AUDIT#${id}`,
    item: { id, event, about, actor: actorId(ctx.actor), at: at.toISOString() },
    otherwise: "audit.duplicate",
  };
}

/** The same for what a person does to themself, outside any organisation. */
export const auditedPerson = (ctx: Witness, userId: Id<"user">, event: AuditEvent, about: About): DirectoryChange => ({
  ...audited(ctx, event, about),
  pk: `USER#${userId}`,
});
