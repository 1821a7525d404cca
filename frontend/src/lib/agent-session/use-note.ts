import { useCallback, useEffect, useRef, useState } from "react";
import type * as z from "zod";
import type { Notes } from "./notes.ts";

export interface Note<T> {
  readonly value: T;
  /** Shown, and kept on this device. */
  readonly write: (value: T) => void;
  /** Shown, and kept no more. */
  readonly drop: (value: T) => void;
}

interface NotePlace<T> {
  /** Undefined while the vault is locked. */
  readonly notes: Notes | undefined;
  readonly name: string;
  /** The same one each time, as it is read again when this changes. */
  readonly schema: z.ZodType<T>;
}

/** What is being typed somewhere. It is sealed on this device at each change, so a lock or a reload loses none of it. */
export function useNote<T>({ notes, name, schema }: NotePlace<T>, first: T): Note<T> {
  const [value, setValue] = useState(first);
  const touched = useRef(false);

  useEffect(() => {
    let isHere = true;
    void notes?.read(name).then((kept) => {
      const note = schema.safeParse(kept);
      if (isHere && !touched.current && note.success) setValue(note.data);
    });
    return () => {
      isHere = false;
    };
  }, [notes, name, schema]);

  const show = useCallback((next: T) => {
    touched.current = true;
    setValue(next);
  }, []);
  const write = useCallback(
    (next: T) => {
      show(next);
      void notes?.write(name, next).catch(() => undefined); // no room: it is on the screen
    },
    [notes, name, show],
  );
  const drop = useCallback(
    (next: T) => {
      show(next);
      void notes?.remove(name).catch(() => undefined);
    },
    [notes, name, show],
  );
  return { value, write, drop };
}
