import { type AgentRow, findAgent } from "#lambdas/agents/rows/agent.repository.ts";
import { type DeviceEnd, type End, findEnd } from "#lambdas/agents/rows/connection.repository.ts";
import { findKey } from "#lambdas/identity/keys/api-key.repository.ts";
import { findMembership } from "#lambdas/identity/people/membership.repository.ts";
import { findSession } from "#lambdas/identity/sessions/session.repository.ts";
import { findDevice } from "#lambdas/keyring/keyring.repository.ts";
import { bounded } from "#platform/bounded.ts";
import type { JobCtx } from "#platform/rules/context.ts";
import type { Connections } from "#platform/services/connections.ts";
import type { Assignment } from "#shared/contracts/tasks.ts";
import { allows } from "#shared/permissions.ts";

/** Which task holds an agent, and by which socket. */
export type Holder = Pick<AgentRow, "id" | "ownerId" | "generation" | "taskId" | "connectionId">;
type Whose = Pick<Assignment, "tenantId" | "agentId">;

/** What a warm function remembers of the ends it has seen, so that a frame costs no look-up. */
export interface Peers {
  /** An end's own row never changes once it belongs to an agent. */
  endOf(ctx: JobCtx, connectionId: string): Promise<End | undefined>;
  /** At most two seconds old. `anew`: read now. */
  holderOf(ctx: JobCtx, whose: Whose, anew?: boolean): Promise<Holder | undefined>;
  /** Whether whoever opened this socket is still signed in and a member who may chat, and the device not taken back. At most half a minute old. */
  isWelcome(ctx: JobCtx, connectionId: string, end: DeviceEnd): Promise<boolean>;
  forget(connectionId: string): void;
}

export type RelayCtx = JobCtx & { readonly connections: Connections; readonly peers: Peers };

const ENDS_KEPT = 5_000;
const HOLDER_MS = 2_000;
const WELCOME_MS = 30_000;

interface Slot<T> {
  value?: T | undefined;
  readAtMs: number;
}
const emptySlot = <T>(): Slot<T> => ({ readAtMs: Number.NEGATIVE_INFINITY });

export function makePeers(): Peers {
  const ends = bounded(ENDS_KEPT, (_connectionId: string) => emptySlot<End>());
  const holders = bounded(ENDS_KEPT, (_agentId: string) => emptySlot<Holder>());
  const welcomes = bounded(ENDS_KEPT, (_connectionId: string) => emptySlot<boolean>());
  return {
    async endOf({ directory }, connectionId) {
      const slot = ends(connectionId);
      const isSettled = slot.value?.side === "device" || slot.value?.assignment;
      if (!isSettled) slot.value = await findEnd(directory, connectionId);
      return slot.value;
    },

    async holderOf(ctx, { tenantId, agentId }, anew = false) {
      const slot = holders(agentId);
      const nowMs = ctx.now().getTime();
      if (anew || nowMs - slot.readAtMs > HOLDER_MS) {
        slot.value = await findAgent(ctx.enterTenant(tenantId), agentId);
        slot.readAtMs = nowMs;
      }
      return slot.value;
    },

    async isWelcome(ctx, connectionId, end) {
      const slot = welcomes(connectionId);
      const nowMs = ctx.now().getTime();
      if (nowMs - slot.readAtMs > WELCOME_MS) {
        slot.value = await isStillIn(ctx, end);
        slot.readAtMs = nowMs;
      }
      return slot.value === true;
    },

    forget(connectionId) {
      ends(connectionId).value = undefined;
    },
  };
}

async function isStillIn(ctx: JobCtx, end: DeviceEnd): Promise<boolean> {
  const [device, credential, membership] = await Promise.all([
    findDevice(ctx.enterTenant(end.tenantId), end.userId, end.deviceId),
    findCredential(ctx, end),
    findMembership(ctx.directory, end.userId, end.tenantId),
  ]);
  const mayChat = membership !== undefined && allows(membership.role, "agents:chat");
  return !device?.revokedAt && mayChat && credential !== undefined;
}

/** The sign-in or the API key under which the socket was opened, while it is good. */
async function findCredential(
  ctx: JobCtx,
  { userId, tenantId, sessionId, keyId }: DeviceEnd,
): Promise<object | undefined> {
  if (sessionId) return findSession(ctx.directory, userId, sessionId);
  const key = keyId ? await findKey(ctx.enterTenant(tenantId), userId, keyId) : undefined;
  return key && (key.expiresAt === null || key.expiresAt > ctx.now().toISOString()) ? key : undefined;
}
