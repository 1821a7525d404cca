/** Six words in their order, to be carried to another screen or read to somebody. */
export function SixWords({ words }: { words: readonly string[] }) {
  return (
    <ol
      aria-label="Six words"
      className="grid list-inside list-decimal grid-cols-2 gap-2 rounded-lg border border-line bg-page p-4 font-mono marker:text-quiet sm:grid-cols-3"
    >
      {words.map((word, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word may come twice, and their places never change
        <li key={at}>{word}</li>
      ))}
    </ol>
  );
}
