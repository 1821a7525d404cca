import { Check, Copy } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";

const SHOWN_MS = 2_000;

/** Code as it was written, to be copied whole. */
export function CodeBlock({ children }: { children: ReactNode }) {
  const block = useRef<HTMLPreElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(block.current?.textContent ?? "");
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  const Icon = isCopied ? Check : Copy;
  return (
    <div className="my-3 rounded-lg border border-line bg-panel">
      <div className="flex justify-end border-b border-line px-1 py-0.5">
        <button
          type="button"
          onClick={() => void copy()}
          className="flex min-h-7 cursor-pointer items-center gap-1 rounded px-2 text-[13px] text-quiet hover:text-ink"
        >
          <Icon size={14} aria-hidden />
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre
        ref={block}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-3 font-mono text-[13px] leading-relaxed"
      >
        {children}
      </pre>
    </div>
  );
}
