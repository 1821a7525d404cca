import type { DeviceEnd, TaskEnd } from "#lambdas/agents/rows/connection.repository.ts";
import { log } from "#platform/log.ts";
import { type RelayControl, writeRelayControl } from "#shared/channel/control.ts";
import { isRelaySized, type RelayFrame, readRelayFrame } from "#shared/channel/envelope.ts";
import type { RelayCtx } from "./peers.ts";

type Reason = Extract<RelayControl, { control: "refused" }>["reason"];

const PING = "ping"; // keeps a socket open that has nothing to say

/**
 * Moves one frame from end to end. The relay can neither read nor make one: it looks at the address, writes down the sender,
 * and lets it pass only between a person's device and that person's agent.
 */
export async function passOn(ctx: RelayCtx, connectionId: string, text: string): Promise<void> {
  if (text === PING) return;
  const frame = readRelayFrame(text);
  if (!frame) return refuse(ctx, connectionId, isRelaySized(text) ? "malformed" : "too_large");
  const end = await ctx.peers.endOf(ctx, connectionId);
  if (!end) return refuse(ctx, connectionId, "gone");
  if (end.side === "device" && !(await ctx.peers.isWelcome(ctx, connectionId, end))) return turnOut(ctx, connectionId);
  if (end.side === "device") return toAgent(ctx, { connectionId, end, frame });
  return toDevice(ctx, { connectionId, end, frame });
}

interface Passing<E> {
  readonly connectionId: string;
  readonly end: E;
  readonly frame: RelayFrame;
}

async function toAgent(ctx: RelayCtx, { connectionId, end, frame }: Passing<DeviceEnd>): Promise<void> {
  if (frame.to !== "agent") return refuse(ctx, connectionId, "forbidden");
  const text = JSON.stringify({ ...frame, from: connectionId });
  for (const anew of [false, true]) {
    const holder = await ctx.peers.holderOf(ctx, end, anew);
    if (!holder || holder.ownerId !== end.userId) return refuse(ctx, connectionId, "forbidden");
    if (holder.connectionId && (await ctx.connections.post(holder.connectionId, text))) return;
    if (!anew) continue; // what was remembered may be out of date
    const { generation } = holder;
    await tell(ctx, connectionId, { v: 1, control: "agent.offline", agentId: end.agentId, generation });
  }
}

async function toDevice(ctx: RelayCtx, { connectionId, end, frame }: Passing<TaskEnd>): Promise<void> {
  const { assignment, taskId } = end;
  const peer = assignment && frame.to !== "agent" && (await ctx.peers.endOf(ctx, frame.to));
  if (!assignment) return refuse(ctx, connectionId, "forbidden");
  const { agentId, generation, userId } = assignment;
  const isTheirs = peer && peer.side === "device" && peer.agentId === agentId && peer.userId === userId;
  if (peer && !isTheirs) return refuse(ctx, connectionId, "forbidden");
  const holder = await ctx.peers.holderOf(ctx, assignment);
  if (holder?.taskId !== taskId) return refuse(ctx, connectionId, "forbidden"); // an older task of this agent
  const isWelcome = isTheirs && (await ctx.peers.isWelcome(ctx, frame.to, peer));
  if (isTheirs && !isWelcome) await turnOut(ctx, frame.to);
  if (isWelcome && (await ctx.connections.post(frame.to, JSON.stringify({ ...frame, from: "agent" })))) return;
  ctx.peers.forget(frame.to);
  await tell(ctx, connectionId, { v: 1, control: "peer.gone", agentId, generation, connectionId: frame.to });
}

/** Signed out elsewhere, or removed: the socket that is still open is closed. */
async function turnOut({ connections }: RelayCtx, connectionId: string): Promise<void> {
  log.info("relay.turned_out");
  await connections.cut(connectionId);
}

async function refuse(ctx: RelayCtx, connectionId: string, reason: Reason): Promise<void> {
  log.info("relay.refused", { code: reason });
  await tell(ctx, connectionId, { v: 1, control: "refused", reason });
}

async function tell({ connections }: RelayCtx, connectionId: string, control: RelayControl): Promise<void> {
  await connections.post(connectionId, writeRelayControl(control));
}
