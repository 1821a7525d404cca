import { Download } from "lucide-react";
import { Button } from "../../components/button.tsx";

/** The words, to be written down. They are never shown again. */
export function KeepWords({ words, onKept }: { words: string; onKept: () => void }) {
  return (
    <>
      <p className="max-w-prose">
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
      <div className="flex flex-wrap gap-2">
        <Button onClick={onKept}>I have written them down</Button>
        <Button look="plain" onClick={() => download(words)}>
          <span className="flex items-center gap-2">
            <Download size={16} aria-hidden /> Save as a text file
          </span>
        </Button>
      </div>
    </>
  );
}

function download(words: string): void {
  const lines = words.split(" ").map((word, at) => `${at + 1}. ${word}`);
  const url = URL.createObjectURL(new Blob([`OCMT recovery phrase\n\n${lines.join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "ocmt-recovery-phrase.txt";
  link.click();
  URL.revokeObjectURL(url);
}
