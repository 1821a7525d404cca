import { useCallback } from "react";
import * as z from "zod";
import type { Id } from "#shared/ids.ts";
import type { Notes } from "../../../lib/agent-session/notes.ts";
import { useNote } from "../../../lib/agent-session/use-note.ts";

const Draft = z.string();

/** What is being written in a conversation, kept on this device. */
export function useDraft(notes: Notes, conversationId: Id<"conversation">): [string, (text: string) => void] {
  const { value, write, drop } = useNote({ notes, name: `draft/${conversationId}`, schema: Draft }, "");
  return [value, useCallback((next) => (next === "" ? drop(next) : write(next)), [write, drop])];
}
