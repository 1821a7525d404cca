import type { ReactNode } from "react";
import { Button } from "../button.tsx";

interface FormActionsProps {
  /** What the form does, as its button says it. */
  readonly children: ReactNode;
  /** What is being done is not called off. */
  readonly isBusy: boolean;
  readonly isReady?: boolean;
  readonly onCancel: (() => void) | undefined;
}

/** The foot of a form: what it does, and the way out where there is one. */
export function FormActions({ children, isBusy, isReady = true, onCancel }: FormActionsProps) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button type="submit" disabled={isBusy || !isReady}>
        {children}
      </Button>
      {onCancel && (
        <Button look="plain" disabled={isBusy} onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}
