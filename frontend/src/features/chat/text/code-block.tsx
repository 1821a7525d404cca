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
    <div className="relative my-3 rounded-lg border border-line bg-page">
      <pre
        ref={block}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto p-3 pr-20 font-mono text-[13px] leading-relaxed"
      >
        {children}
      </pre>
      <button
        type="button"
        onClick={() => void copy()}
        className="absolute top-1.5 right-1.5 flex min-h-7 cursor-pointer items-center gap-1 rounded border border-line bg-panel px-2 text-[13px] text-quiet hover:text-ink"
      >
        <Icon size={14} aria-hidden />
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
