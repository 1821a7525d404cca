import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { KitDownload } from "../../../components/vault/recovery/kit-download.tsx";

/** The key, to be written down or put on a stick. It is never shown again. */
export function ShowKey({ shown, onKept }: { shown: string; onKept: () => void }) {
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () =>
    navigator.clipboard.writeText(shown).then(
      () => setCopied("yes"),
      () => setCopied("refused"),
    );
  const Icon = copied === "yes" ? Check : Copy;
  return (
    <>
      <p>Keep it on paper or a stick, away from this device and from the words. Nobody has a copy.</p>
      <output
        aria-label="Recovery key"
        className="block rounded-lg border border-line bg-page p-3 text-center font-mono text-base leading-7 break-words select-all"
      >
        {shown}
      </output>
      <p role="status" className="text-[13px] text-quiet empty:hidden">
        {copied === "refused" && "The browser did not allow copying. Select the key and copy it yourself."}
        {copied === "yes" && "Copied. Other programs can read the clipboard until something else is copied."}
      </p>
      <KitDownload fresh={{ kind: "key", key: shown }} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={() => void copy()}>
          <Icon size={16} aria-hidden /> Copy key
        </Button>
        <Button onClick={onKept}>I have kept it</Button>
      </div>
    </>
  );
}
