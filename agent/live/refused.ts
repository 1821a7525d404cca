import type { AgentMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { Undelivered } from "#shared/channel/delivery/stores.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import type { Id } from "#shared/ids.ts";

/** What was left in the queue and could not be taken: its ids are told to every device that comes, for as long as the task runs. */
export interface Refused {
  add(msgId: Id<"message">, why: Undelivered): void;
  /** To whoever is there, if there is more than before. */
  tellNews(): void;
  came(peer: Peer): void;
}

interface RefusedInput {
  /** A message that came on another way was taken, whatever became of its copy. */
  readonly isKnown: (msgId: Id<"message">) => boolean;
  readonly tell: (to: Peer | "all", message: Fleeting<AgentMessage>) => void;
}

const MOST = 1_000; // as many as one message may name

export function startRefused({ isKnown, tell }: RefusedInput): Refused {
  const refused = new Map<Id<"message">, Undelivered>();
  let hasNews = false;
  const tellThem = (to: Peer | "all") => {
    const left = Array.from(refused, ([msgId, why]) => ({ msgId, why })).filter(({ msgId }) => !isKnown(msgId));
    if (left.length > 0) tell(to, { type: "queue.refused", refused: left });
  };
  return {
    add(msgId, why) {
      if (refused.size === MOST || refused.has(msgId)) return;
      refused.set(msgId, why);
      hasNews = true;
    },
    tellNews() {
      if (hasNews) tellThem("all");
      hasNews = false;
    },
    came: tellThem,
  };
}
