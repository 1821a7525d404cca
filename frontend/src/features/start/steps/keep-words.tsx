import { Download, Printer } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { headingOf, paperOf } from "../paper.ts";

/** The words, to be written down. They are never shown again. On paper only they and whose they are remain. */
export function KeepWords({ words, onKept }: { words: string; onKept: () => void }) {
  const { me } = useMe();
  const heading = me ? headingOf(me.email, me.tenantName) : "OCMT recovery phrase";
  return (
    <>
      <p className="max-w-prose">
        <span className="hidden font-semibold break-words print:block">{heading}</span>
        These twelve words open your vault when the passphrase is lost. Keep them on paper, away from this device.
        Nobody has a copy, and they are shown only now.
      </p>
      <ol aria-label="Recovery phrase" className="grid grid-cols-2 gap-2 sm:grid-cols-3">
        {words.split(" ").map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells two equal words apart
          <li key={at} className="flex gap-2 rounded-lg border border-line bg-page px-3 py-2 font-mono">
            <span aria-hidden className="w-5 text-right text-quiet tabular-nums select-none">
              {at + 1}
            </span>
            {word}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2 print:hidden">
        <Button onClick={onKept}>I have written them down</Button>
        <Button look="plain" onClick={() => print()}>
          <Printer size={16} aria-hidden /> Print
        </Button>
        <Button look="plain" onClick={() => download(paperOf(heading, words))}>
          <Download size={16} aria-hidden /> Save as a text file
        </Button>
      </div>
    </>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "ocmt-recovery-phrase.txt";
  link.click();
  URL.revokeObjectURL(url);
}
