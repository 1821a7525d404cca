import { useCallback, useEffect, useRef, useState } from "react";
import type { Id } from "#shared/ids.ts";
import type { Notes } from "../../../lib/agent-session/notes.ts";

/** What is being written in a conversation. It is sealed on this device at each change, so a lock or a reload loses none of it. */
export function useDraft(notes: Notes, conversationId: Id<"conversation">): [string, (text: string) => void] {
  const name = `draft/${conversationId}`;
  const [text, setText] = useState("");
  const typed = useRef<string | undefined>(undefined);

  useEffect(() => {
    let isHere = true;
    typed.current = undefined;
    setText("");
    void notes.read(name).then((kept) => {
      if (isHere && typed.current === undefined && typeof kept === "string") setText(kept);
    });
    return () => {
      isHere = false;
    };
  }, [notes, name]);

  const write = useCallback(
    (next: string) => {
      typed.current = next;
      setText(next);
      void (next === "" ? notes.remove(name) : notes.write(name, next)).catch(() => undefined); // no room: it is on the screen
    },
    [notes, name],
  );
  return [text, write];
}
