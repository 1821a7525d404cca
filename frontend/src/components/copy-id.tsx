import { useState } from "react";

/** An id, copied by a click. */
export function CopyId({ id }: { id: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button
      type="button"
      className="min-h-6 cursor-pointer text-left font-mono text-[13px] break-all hover:underline"
      title="Copy"
      onClick={() => void copy()}
    >
      {id}
      <span role="status" className="ml-2 font-sans text-good empty:hidden">
        {copied && "Copied"}
      </span>
    </button>
  );
}
