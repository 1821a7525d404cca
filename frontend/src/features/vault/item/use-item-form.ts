import { useState } from "react";
import * as z from "zod";
import type { At } from "#shared/client/vault/change.ts";
import { ITEM_TYPES, type ItemForm, isSameForm } from "#shared/client/vault/items/item-kinds.ts";
import { KeptFile } from "#shared/client/vault/items/item-model.ts";
import { idOf } from "#shared/ids.ts";
import type { Notes } from "../../../lib/agent-session/notes.ts";
import { useNote } from "../../../lib/agent-session/use-note.ts";

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

interface Written {
  readonly form: ItemForm;
  readonly at: At;
}

/** What is being written in an item, kept on this device. It comes back with the version that it was written for. */
export function useItemForm(notes: Notes, name: string, start: Written): ItemDraft {
  const [kept, setKept] = useState(start);
  const { value: now, write, drop } = useNote<Written>({ notes, name: `vault/${name}`, schema: Draft }, start);
  const settle = (form: ItemForm, at: At) => {
    setKept({ form, at });
    drop({ form, at });
  };
  return {
    ...now,
    kept: kept.form,
    isChanged: !isSameForm(now.form, kept.form),
    write: (form) => write({ form, at: now.at }),
    rebase: (at) => write({ form: now.form, at }),
    settle,
    discard: () => settle(kept.form, kept.at),
  };
}
