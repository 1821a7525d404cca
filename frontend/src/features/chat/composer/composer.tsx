import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, type RefObject, useId } from "react";

export interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  /** There while an answer is being written. */
  readonly onStop: (() => void) | undefined;
  readonly agentName: string;
  /** Why nothing can be sent now, in words. */
  readonly refusal: string | undefined;
  /** What becomes of a message sent now, where that is not obvious. */
  readonly hint: string | undefined;
}

/** Enter sends, Shift and Enter begins a line. Writing is always possible; only sending may have to wait. */
export function Composer({ field, text, onText, onSend, onStop, agentName, refusal, hint }: ComposerProps) {
  const id = useId();
  const maySend = text.trim() !== "" && refusal === undefined;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (maySend) onSend();
  };
  return (
    <form
      className="rounded-lg border border-quiet bg-panel focus-within:border-accent focus-within:outline-2 focus-within:outline-accent"
      onSubmit={(event) => {
        event.preventDefault();
        if (maySend) onSend();
      }}
    >
      <label htmlFor={id} className="sr-only">
        Message to {agentName}
      </label>
      <textarea
        ref={field}
        id={id}
        rows={1}
        className="field-sizing-content block max-h-[40dvh] min-h-10 w-full resize-none bg-transparent px-3 pt-2.5 text-base outline-none! md:text-sm"
        placeholder={`Write to ${agentName}`}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-describedby={`${id}-note`}
      />
      <div className="flex items-center justify-between gap-2 p-1.5 pl-3">
        <p id={`${id}-note`} className={`min-w-0 text-[13px] ${refusal ? "text-bad" : "text-quiet"}`}>
          {refusal ?? hint ?? <span className="hidden sm:inline">Enter sends, Shift and Enter begins a line.</span>}
        </p>
        <div className="flex shrink-0 gap-2">
          {onStop && (
            <button type="button" onClick={onStop} className={`${BUTTON} border-line text-ink`} title="Stop (Esc)">
              <Square size={14} aria-hidden />
              Stop
            </button>
          )}
          <button type="submit" disabled={!maySend} className={`${BUTTON} border-transparent bg-accent text-on-accent`}>
            <ArrowUp size={16} aria-hidden />
            Send
          </button>
        </div>
      </div>
    </form>
  );
}

const BUTTON =
  "inline-flex min-h-9 cursor-pointer items-center gap-1.5 rounded-lg border px-3 font-medium disabled:cursor-default disabled:opacity-50";
