import { useCallback, useEffect, useRef, useState } from "react";
import * as z from "zod";
import type { At } from "#shared/client/vault/change.ts";
import { ITEM_TYPES, type ItemForm, isSameForm } from "#shared/client/vault/items/item-kinds.ts";
import { KeptFile } from "#shared/client/vault/items/item-model.ts";
import { idOf } from "#shared/ids.ts";
import type { Notes } from "../../../lib/agent-session/notes.ts";

const Draft = z.object({
  at: z.object({ id: idOf("item"), version: z.int().nonnegative() }),
  form: z.object({
    type: z.enum(ITEM_TYPES as [(typeof ITEM_TYPES)[number]]), // it has at least one
    name: z.string(),
    values: z.record(z.string(), z.string()),
    file: KeptFile.optional(),
  }),
});

export interface ItemDraft {
  readonly form: ItemForm;
  /** The item as it was when the writing began. */
  readonly at: At;
  /** What is kept of it now. */
  readonly kept: ItemForm;
  readonly isChanged: boolean;
  write(form: ItemForm): void;
  /** From here on, this is what is kept. */
  settle(form: ItemForm, at: At): void;
  /** Back to what is kept. */
  discard(): void;
  /** The same words, meant for another version of the item. */
  rebase(at: At): void;
}

/**
 * What is being written in an item. It is sealed on this device at each change, so a lock or a reload loses none of it, and comes
 * back with the version that it was written for.
 */
export function useItemForm(
  notes: Notes,
  name: string,
  start: { readonly form: ItemForm; readonly at: At },
): ItemDraft {
  const place = `vault/${name}`;
  const [kept, setKept] = useState(start);
  const [now, setNow] = useState(start);
  const touched = useRef(false);

  useEffect(() => {
    let isHere = true;
    void notes.read(place).then((text) => {
      const draft = Draft.safeParse(text);
      if (isHere && !touched.current && draft.success) setNow(draft.data);
    });
    return () => {
      isHere = false;
    };
  }, [notes, place]);

  const isChanged = !isSameForm(now.form, kept.form);
  const keep = useCallback(
    (next: { readonly form: ItemForm; readonly at: At }) => {
      touched.current = true;
      setNow(next);
      void notes.write(place, next).catch(() => undefined); // no room: it is on the screen
    },
    [notes, place],
  );
  const settle = (form: ItemForm, at: At) => {
    touched.current = true;
    setKept({ form, at });
    setNow({ form, at });
    void notes.remove(place).catch(() => undefined);
  };
  return {
    ...now,
    kept: kept.form,
    isChanged,
    write: (form) => keep({ form, at: now.at }),
    rebase: (at) => keep({ form: now.form, at }),
    settle,
    discard: () => settle(kept.form, kept.at),
  };
}
