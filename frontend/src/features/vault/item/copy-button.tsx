import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../../../components/button.tsx";

const SAID_MS = 2_000;

/** Puts a value on the clipboard, and says so. What the system does with its clipboard is the system's. */
export function CopyButton({ label, value }: { label: string; value: string }) {
  const [copiedAt, setCopiedAt] = useState<number>();
  useEffect(() => {
    if (copiedAt === undefined) return;
    const timer = setTimeout(() => setCopiedAt(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [copiedAt]);
  const isCopied = copiedAt !== undefined;
  return (
    <Button
      look="plain"
      aria-label={`${isCopied ? "Copied" : "Copy"} ${label.toLowerCase()}`}
      onClick={() => void navigator.clipboard.writeText(value).then(() => setCopiedAt(Date.now()))}
    >
      {isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      {isCopied ? "Copied" : "Copy"}
    </Button>
  );
}
