import { AlertDialog } from "@base-ui/react/alert-dialog";
import { type ReactNode, useState } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import { Button } from "./button.tsx";
import { Problem } from "./problem.tsx";

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What is lost, in words. */
  readonly children: ReactNode;
  /** Says what the button does: "Delete Ada". */
  readonly action: string;
  /** For what cannot be undone: this has to be typed first. */
  readonly typed?: string;
  /** What it says to leave all as it is. */
  readonly keep?: string;
  readonly onConfirm: () => Promise<unknown>;
  /** What a refusal means here, when it is no refusal of the API. */
  readonly refusal?: string;
}

/** Asks once more, naming the thing and what is lost. */
export function ConfirmDialog({
  isOpen,
  onClose,
  title,
  children,
  action,
  typed,
  keep = "Keep it",
  onConfirm,
  refusal,
}: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const [state, setState] = useState<{ isBusy: boolean; error?: unknown }>({ isBusy: false });
  const confirm = async () => {
    setState({ isBusy: true });
    try {
      await onConfirm();
      setState({ isBusy: false });
      setText("");
      onClose();
    } catch (error) {
      setState({ isBusy: false, error });
    }
  };
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop forceRender className="fixed inset-0 z-40 bg-black/40" />
        <AlertDialog.Popup className="fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[calc(100%-2rem)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-panel p-5">
          <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="flex flex-col gap-2">
            {children}
          </AlertDialog.Description>
          {typed !== undefined && (
            <label className="flex flex-col gap-1">
              <span>
                Type <strong className="font-medium">{typed}</strong> to confirm
              </span>
              <input
                className="min-h-9 rounded-lg border border-quiet bg-page px-3"
                value={text}
                autoComplete="off"
                onChange={(event) => setText(event.target.value)}
              />
            </label>
          )}
          {state.error !== undefined && <Refusal error={state.error} words={refusal} />}
          <div className="flex flex-wrap justify-end gap-2">
            <AlertDialog.Close render={<Button look="plain" />}>{keep}</AlertDialog.Close>
            <Button
              look="danger"
              disabled={state.isBusy || (typed !== undefined && text.trim() !== typed)}
              onClick={() => void confirm()}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function Refusal({ error, words }: { error: unknown; words: string | undefined }) {
  if (!words || error instanceof ApiError) return <Problem error={error} />;
  return (
    <p role="alert" className="text-bad">
      {words}
    </p>
  );
}
