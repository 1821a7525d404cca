import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "#shared/channel/app-model.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";

interface ConversationTitleProps {
  /** Undefined for one that is just being begun. */
  readonly conversation: Conversation | undefined;
  readonly agentName: string;
  readonly onRename: (title: string) => Promise<void>;
  readonly onDelete: () => Promise<void>;
}

/** What this conversation is called, and what can be done with the whole of it. */
export function ConversationTitle({ conversation, agentName, onRename, onDelete }: ConversationTitleProps) {
  const [isNaming, setNaming] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const title = conversation?.title || "New conversation";
  if (isNaming) return <NameForm title={title} onRename={onRename} onClose={() => setNaming(false)} />;
  return (
    <div className="flex min-w-0 flex-1 basis-60 items-center gap-1 sm:basis-0">
      <h1 className="min-w-0 truncate font-semibold">{title}</h1>
      {conversation && (
        <>
          <button type="button" className={ICON} aria-label={`Rename ${title}`} onClick={() => setNaming(true)}>
            <Pencil size={16} aria-hidden />
          </button>
          <button type="button" className={ICON} aria-label={`Delete ${title}`} onClick={() => setAsking(true)}>
            <Trash2 size={16} aria-hidden />
          </button>
        </>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete "${title}"?`}
        action="Delete conversation"
        onConfirm={onDelete}
        refusal={`Not deleted: ${agentName} sleeps, and it keeps the conversation. Wake it first.`}
      >
        <p>
          Everything said in it is lost, here, on your other devices and in {agentName}'s sealed state. What {agentName}{" "}
          did meanwhile stays done.
        </p>
      </ConfirmDialog>
    </div>
  );
}

const ICON =
  "flex size-9 shrink-0 cursor-pointer items-center justify-center rounded-lg text-quiet hover:text-ink focus-visible:text-ink";

interface NameFormProps {
  readonly title: string;
  readonly onRename: (title: string) => Promise<void>;
  readonly onClose: () => void;
}

function NameForm({ title, onRename, onClose }: NameFormProps) {
  const [text, setText] = useState(title);
  const [isRefused, setRefused] = useState(false);
  const rename = () => onRename(text.trim()).then(onClose, () => setRefused(true));
  return (
    <form
      className="flex min-w-0 flex-1 basis-60 flex-wrap items-center gap-2 sm:basis-0"
      onSubmit={(event) => {
        event.preventDefault();
        void rename();
      }}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <h1 className="sr-only">{title}</h1>
      <input
        aria-label="Name of this conversation"
        className="min-h-9 min-w-0 flex-1 rounded-lg border border-quiet bg-panel px-3"
        maxLength={200}
        required
        // biome-ignore lint/a11y/noAutofocus: the field takes the place of the button that was just pressed
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={text.trim() === ""}>
        Rename
      </Button>
      <Button look="plain" onClick={onClose}>
        Cancel
      </Button>
      {isRefused && (
        <p role="alert" className="w-full text-[13px] text-bad">
          Not renamed: the agent sleeps. Wake it first; what you typed is kept.
        </p>
      )}
    </form>
  );
}
