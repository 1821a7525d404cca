import { Download, Printer } from "lucide-react";
import { useMe } from "../../../lib/use-me.ts";
import { Button } from "../../button.tsx";
import { KitDownload } from "./kit-download.tsx";
import { headingOf, paperOf } from "./paper.ts";
import { saveFile } from "./save-file.ts";

/** The words, to be written down. They are never shown again. On paper only they and whose they are remain. */
export function KeepWords({ words, onKept }: { words: string; onKept: () => void }) {
  const { me } = useMe();
  const heading = me ? headingOf(me.email, me.tenantName) : "OCMT recovery phrase";
  return (
    <>
      <p className="max-w-prose">
        <span className="hidden font-semibold break-words print:block">{heading}</span>
        These twelve words open your vault when the passphrase is lost. Keep them on paper, away from this device.
        Nobody has a copy, and they are shown only during this set-up.
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
        <Button look="plain" onClick={() => saveText(paperOf(heading, words))}>
          <Download size={16} aria-hidden /> Save as a text file
        </Button>
      </div>
      <KitDownload fresh={{ kind: "phrase", words }} />
    </>
  );
}

const saveText = (text: string): void => saveFile("ocmt-recovery-phrase.txt", new Blob([text], { type: "text/plain" }));
