import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";

/** The secret of a new key, shown this once: the server keeps its hash only. */
export function NewKey({ name, secret, onDone }: { name: string; secret: string; onDone: () => void }) {
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () =>
    navigator.clipboard.writeText(secret).then(
      () => setCopied("yes"),
      () => setCopied("refused"),
    );
  const Icon = copied === "yes" ? Check : Copy;
  return (
    <div className="flex flex-col gap-4">
      <p>
        This is the key <strong className="break-all">{name}</strong>. It is shown this once; only its hash is kept.
      </p>
      <output className="block rounded-lg border border-line bg-page p-3 font-mono break-all select-all">
        {secret}
      </output>
      <p role="status" className="text-[13px] text-quiet empty:hidden">
        {copied === "refused" && "The browser did not allow copying. Select the key and copy it yourself."}
        {copied === "yes" && "Copied. Keep it where you keep passwords."}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={() => void copy()}>
          <Icon size={16} aria-hidden /> Copy key
        </Button>
        <Button onClick={onDone}>I have kept it</Button>
      </div>
    </div>
  );
}
