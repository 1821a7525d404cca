import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  /** It asks something in the middle of what another dialog does. */
  readonly above?: boolean;
  readonly children: ReactNode;
}

/**
 * One thing to be done before the page goes on. Esc and the cross close it, a press beside it does not: what was typed, or
 * is shown this once, is not lost by a slip. Focus goes back to where it came from.
 */
export function Dialog({ open, title, onClose, above, children }: DialogProps) {
  return (
    <Base.Root open={open} disablePointerDismissal onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop forceRender className={`fixed inset-0 ${above ? "z-50" : "z-40"} bg-black/40`} />
        <Base.Popup
          finalFocus={above ? findBelow : true}
          className="fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[calc(100%-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-lg border border-line bg-panel p-5"
        >
          <div className="flex items-start justify-between gap-3">
            <Base.Title className="min-w-0 text-base font-semibold break-words">{title}</Base.Title>
            <Base.Close
              aria-label="Close"
              className="-mt-1 -mr-1 inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-lg text-quiet hover:text-ink"
            >
              <X size={18} aria-hidden />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** What was pressed there may be disabled while it waits: the dialog itself takes the focus. */
const findBelow = () => document.querySelector<HTMLElement>("[role$=dialog][data-open]") ?? true;
