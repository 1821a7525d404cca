import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";

interface RemoveItemProps {
  readonly name: string;
  readonly onRemove: () => Promise<void>;
  readonly onGone: () => void;
}

export function RemoveItem({ name, onRemove, onGone }: RemoveItemProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button look="plain" onClick={() => setAsking(true)}>
        <Trash2 size={16} aria-hidden /> Remove
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove ${name}`}
        action="Remove item"
        refusal="It was changed on another device meanwhile, and was kept. Open it again, then decide."
        onConfirm={async () => {
          await onRemove();
          onGone();
        }}
      >
        <p>
          <strong className="font-medium break-words">{name}</strong> is gone from every device of yours, and nobody can
          bring it back.
        </p>
      </ConfirmDialog>
    </>
  );
}
