import type { Turn } from "./types.ts";

/** What was said in conversations OpenClaw does not remember, until it is told with the next message. */
export interface Memory {
  keep(conversationId: string, turns: readonly Turn[]): void;
  /** The message with all that has to be told before it. */
  introduce(conversationId: string, text: string): string;
  drop(conversationId: string): void;
}

const BEGINS = "[Earlier in this conversation, in short]";
const ENDS = "[The conversation goes on]";
const CHARS_MAX = 64_000; // an eighth of what a model reads at once

export function makeMemory(): Memory {
  const kept = new Map<string, string>();
  return {
    keep(conversationId, turns) {
      const told = tellTurns(turns);
      if (told) kept.set(conversationId, told);
    },
    introduce(conversationId, text) {
      const told = kept.get(conversationId);
      return told ? `${BEGINS}\n${told}\n${ENDS}\n\n${text}` : text;
    },
    drop: (conversationId) => void kept.delete(conversationId),
  };
}

/** The last turns first given room; one that does not fit ends the telling. */
function tellTurns(turns: readonly Turn[]): string {
  const told: string[] = [];
  let room = CHARS_MAX;
  for (const { user, assistant } of turns.toReversed()) {
    const turn = `User: ${user}\nYou: ${assistant}`;
    if (turn.length > room) break;
    room -= turn.length;
    told.unshift(turn);
  }
  return told.join("\n");
}

/** A message as it was written, without what was told before it. */
export function withoutEarlier(text: string): string {
  const end = text.startsWith(BEGINS) ? text.indexOf(`\n${ENDS}\n\n`) : -1;
  return end < 0 ? text : text.slice(end + ENDS.length + 3);
}

/** What the user had said in the turns told before it, each by its first line. */
export function earlierWords(text: string): string[] {
  const told = text.slice(0, text.length - withoutEarlier(text).length);
  return [...told.matchAll(/^User: (.*)$/gm)].map(([, words = ""]) => words);
}
