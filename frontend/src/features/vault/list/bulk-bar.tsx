import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";

interface BulkBarProps {
  readonly picked: readonly Listed[];
  readonly onRemove: () => Promise<void>;
  readonly onClear: () => void;
  /** Undefined when all that are shown are chosen. */
  readonly onAll: (() => void) | undefined;
}

const NAMED = 5;

/** What can be done to the chosen items. */
export function BulkBar({ picked, onRemove, onClear, onAll }: BulkBarProps) {
  const [isAsking, setAsking] = useState(false);
  const count = picked.length === 1 ? "1 item" : `${picked.length} items`;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line bg-panel px-4 py-2">
      <p role="status" className="mr-auto tabular-nums">
        {picked.length} chosen
      </p>
      {onAll && (
        <Button look="plain" aria-label="All: choose every item shown" onClick={onAll}>
          All
        </Button>
      )}
      <Button look="plain" onClick={onClear}>
        Clear
      </Button>
      <Button look="danger" onClick={() => setAsking(true)}>
        <Trash2 size={16} aria-hidden /> Remove
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove ${count}`}
        action={`Remove ${count}`}
        refusal="Some of them were changed elsewhere meanwhile, and were kept. Look at the list, then choose again."
        onConfirm={async () => {
          await onRemove();
          onClear();
        }}
      >
        <p>What is removed is gone from every device of yours, and nobody can bring it back.</p>
        <ul className="list-disc pl-5">
          {picked.slice(0, NAMED).map((item) => (
            <li key={item.id} className="break-words">
              {nameOf(item)}
            </li>
          ))}
        </ul>
        {picked.length > NAMED && <p>and {picked.length - NAMED} more</p>}
      </ConfirmDialog>
    </div>
  );
}
