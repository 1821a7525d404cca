import type { Id } from "#shared/ids.ts";
import type { Turn as LoggedTurn } from "../chat/log/chat-log.ts";
import type { OpenClaw, Turn } from "../openclaw/types.ts";
import type { Log } from "../platform/log.ts";
import type { Restored } from "../state/restore.ts";

const TURNS_MAX = 40;
const CHARS_MAX = 60_000;
const NOTHING = "(no answer was given)";

/**
 * Gives OpenClaw its own files back, and tells it what was said after they were saved. It takes that in with the next message of
 * each conversation: those are given back, with what its files know of them until then.
 */
export async function teachOpenClaw(
  openclaw: Pick<OpenClaw, "adoptState" | "deleteSession" | "knows" | "replay">,
  { copy, log, deleted }: Restored,
  report: Log,
): Promise<Map<Id<"conversation">, number>> {
  const untold = new Map<Id<"conversation">, number>();
  const less = new Map(copy?.covered.less);
  if (copy) report.info("openclaw.adopted", { way: await openclaw.adoptState(copy.folder) });
  for (const { conversationId } of deleted) {
    if (copy && (await openclaw.knows(conversationId))) await openclaw.deleteSession(conversationId);
  }
  const answered = log.listTurns().filter(({ answer }) => answer !== undefined);
  for (const { id } of log.listConversations()) {
    const turns = answered.filter(({ asked }) => asked.conversationId === id);
    const isKnown = copy !== undefined && (await openclaw.knows(id));
    const coveredSeq = isKnown ? (less.get(id) ?? copy.covered.seq) : 0;
    const missing = turns.filter(({ answer }) => (answer?.seq ?? 0) > coveredSeq);
    if (missing.length === 0) continue;
    await openclaw.replay(id, lastOf(missing.map(spoken)));
    untold.set(id, coveredSeq);
  }
  return untold;
}

/** Of an answer that failed, what stands there is ours or the half of one. */
const spoken = ({ asked, answer }: LoggedTurn): Turn => ({
  user: asked.text,
  assistant: (answer?.state !== "error" && answer?.text) || NOTHING,
});

/** The latest that fit: a model's attention is not endless. */
function lastOf(turns: readonly Turn[]): Turn[] {
  const kept: Turn[] = [];
  let chars = 0;
  for (const turn of turns.slice(-TURNS_MAX).toReversed()) {
    chars += turn.user.length + turn.assistant.length;
    if (kept.length > 0 && chars > CHARS_MAX) break;
    kept.unshift(turn);
  }
  return kept;
}
