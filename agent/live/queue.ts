import type { DeviceMessage, Kept } from "#shared/channel/app-protocol.ts";
import { openQueued, readQueuedId } from "#shared/channel/queued.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Id, timeOf } from "#shared/ids.ts";
import { QUEUED_MS_MAX } from "#shared/quotas.ts";
import type { Refused } from "./refused.ts";
import type { Revoked } from "./revoked.ts";
import type { Unlocked } from "./unlock.ts";
import type { World } from "./world.ts";

export interface QueueTaker {
  readonly take: (message: Kept<DeviceMessage>) => Promise<void>;
  readonly refuse: Pick<Refused, "add" | "tellNews">;
}

/** Takes what was left for the agent while it slept: each message into the journal, then off the queue. */
export function makeQueueReader(
  { platform, now, log }: Pick<World, "platform" | "now" | "log">,
  unlocked: Unlocked & { readonly revoked: Pick<Revoked, "has"> },
  { take, refuse }: QueueTaker,
): () => Promise<void> {
  const { place, rootKey, identity } = unlocked;
  let work: Promise<void> = Promise.resolve();

  /** What does not open was left before a change of all keys, or by nobody's device; it is taken off as well. */
  const open = (blob: string) => {
    try {
      return openQueued(decodeBase64url(blob), { ...place, rootKey, recipient: identity.kem, nowMs: now() });
    } catch (error) {
      log.error("queue.not_opened", error);
      const msgId = idOf(blob);
      if (msgId) refuse.add(msgId, "unreadable");
      return undefined;
    }
  };
  const takeOne = async (blob: string) => {
    const left = open(blob);
    if (!left || unlocked.revoked.has(left.deviceId)) return;
    if (now() - timeOf(left.msgId).getTime() > QUEUED_MS_MAX) return refuse.add(left.msgId, "too_old");
    await take({ type: "chat.send", msgId: left.msgId, conversationId: left.conversationId, text: left.text });
  };
  const drain = async () => {
    for (let more = true; more; ) {
      const page = await platform.api.readQueue({});
      const ids: Id<"frame">[] = [];
      for (const frame of page.frames) {
        await takeOne(frame.blob);
        ids.push(frame.id);
      }
      if (ids.length > 0) await platform.api.ackQueue({ ids });
      more = page.more && ids.length > 0;
    }
    refuse.tellNews();
  };
  return () => {
    const done = work.then(drain);
    work = done.catch(() => undefined);
    return done;
  };
}

function idOf(blob: string): Id<"message"> | undefined {
  try {
    return readQueuedId(decodeBase64url(blob));
  } catch {
    return undefined;
  }
}
