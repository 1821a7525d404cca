import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { At } from "#shared/client/vault/change.ts";
import { formOf, type ItemForm, KINDS, secretOf } from "#shared/client/vault/items/item-kinds.ts";
import { ItemChanged } from "#shared/client/vault/trouble.ts";
import type { OpenItem } from "#shared/client/vault/vault-book.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import type { Notes } from "../../../lib/agent-session/notes.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { newFileOf } from "../file/browser-file.ts";
import { FileField, Moving } from "../file/file-field.tsx";
import { Stopped, useTransfer } from "../file/use-transfer.ts";
import { ChangedElsewhere } from "./changed-elsewhere.tsx";
import { ExposedNote } from "./exposed-note.tsx";
import { ItemFields } from "./item-fields.tsx";
import { RemoveItem } from "./remove-item.tsx";
import { SaveBar } from "./save-bar.tsx";
import { useItemForm } from "./use-item-form.ts";

/** An item as it was read, or an empty one. */
export interface Start {
  readonly at: At;
  readonly form: ItemForm;
  readonly updatedAt: string | undefined;
}

interface ItemEditorProps {
  readonly start: Start;
  readonly items: VaultItems;
  readonly notes: Notes;
  /** What one may do in this vault. */
  readonly rights: Rights;
  /** The name under which this device keeps what is being written. */
  readonly draft: string;
  readonly onGo: (itemId: string | undefined) => void;
}

/** One item: its fields, and at the foot what to do with what was changed. */
export function ItemEditor({ start, items, notes, rights, draft: name, onGo }: ItemEditorProps) {
  const draft = useItemForm(notes, name, start);
  const { form, at } = draft;
  const isNew = at.version === 0;
  const [theirs, setTheirs] = useState<OpenItem | "gone">();
  const [picked, setPicked] = useState<File>();
  const transfer = useTransfer();
  const save = useMutation({
    mutationFn: async (over: At) => {
      if (!picked) {
        const listed = await items.save(over, secretOf(form, draft.kept));
        return { listed, saved: { ...form, exposedAt: listed.entry?.exposedAt } };
      }
      const { name, values } = form;
      const file = { name, note: values["note"] ?? "", file: newFileOf(picked) };
      const listed = await transfer.run((moving) => items.saveFile(over, file, moving));
      const { entry, content } = await items.read(listed.id);
      return { listed, saved: formOf(entry, content) };
    },
    onSuccess: ({ listed, saved }) => {
      setTheirs(undefined);
      setPicked(undefined);
      draft.settle(saved, listed);
      if (isNew) onGo(listed.id);
    },
    onError: async (error) => {
      if (error instanceof ItemChanged) setTheirs(await items.read(error.itemId).catch(() => "gone" as const));
    },
    gcTime: 0,
  });
  const takeTheirs = (item: OpenItem) => {
    setTheirs(undefined);
    save.reset();
    draft.settle(formOf(item.entry, item.content), item);
  };
  return (
    <form
      className={`mx-auto flex w-full max-w-2xl flex-col ${isNew ? "flex-1" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(at);
      }}
    >
      <div className="flex flex-1 flex-col gap-4 p-4 lg:py-6">
        <header className="flex flex-wrap items-start justify-between gap-2">
          <div className="min-w-0">
            <h2 className="text-base font-semibold break-words">{isNew ? "New item" : form.name || "No name"}</h2>
            <p className="text-[13px] text-quiet">
              {KINDS[form.type].name}
              {start.updatedAt && (
                <>
                  {" "}
                  · changed <RelativeTime at={start.updatedAt} />
                </>
              )}
            </p>
          </div>
          {!isNew && may(rights, "delete") && (
            <RemoveItem name={form.name} onRemove={() => items.remove([at])} onGone={() => onGo(undefined)} />
          )}
        </header>
        {draft.kept.exposedAt && !theirs && (
          <ExposedNote
            since={draft.kept.exposedAt}
            mayWrite={may(rights, "write") && !draft.isChanged}
            onChanged={async () => {
              const listed = await items.save(at, secretOf(draft.kept));
              draft.settle({ ...draft.kept, exposedAt: undefined }, listed);
            }}
          />
        )}
        {theirs && (
          <ChangedElsewhere
            theirs={theirs}
            onTheirs={takeTheirs}
            onMine={(over) => {
              draft.rebase(over);
              save.mutate(over);
            }}
          />
        )}
        <ItemFields form={form} isNew={isNew} isFixed={!may(rights, "write")} onChange={draft.write}>
          {form.type === "file" && (
            <FileField
              kept={form.file}
              picked={picked}
              isFixed={!may(rights, "write") || save.isPending}
              onOpen={(moving) => items.openFile(at.id, moving)}
              onPick={(file) => {
                setPicked(file);
                if (file && form.name === "") draft.write({ ...form, name: file.name.slice(0, 200) });
              }}
            />
          )}
        </ItemFields>
        {transfer.progress && <Moving what="Sealing and sending" {...transfer} progress={transfer.progress} />}
      </div>
      <SaveBar
        {...{ isNew }}
        isChanged={draft.isChanged || picked !== undefined}
        isReady={form.type !== "file" || picked !== undefined || form.file !== undefined}
        isSaving={save.isPending}
        isSaved={save.isSuccess && !draft.isChanged}
        error={theirs || save.error instanceof Stopped ? null : save.error}
        onDiscard={() => {
          setPicked(undefined);
          draft.discard();
          save.reset();
          if (isNew) onGo(undefined);
        }}
      />
    </form>
  );
}
