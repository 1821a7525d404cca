const SUGGESTIONS = [
  "What can you do for me, and what would you need access to?",
  "Write a short plan for my week; ask me what you need to know.",
  "Look at the files in your workspace and tell me what is there.",
  "Which of your tools ask me before they act?",
];

/** The first thing on an empty page: what one could say. */
export function Suggestions({ agentName, onPick }: { agentName: string; onPick: (text: string) => void }) {
  return (
    <section aria-labelledby="suggestions" className="m-auto flex w-full max-w-xl flex-col gap-4 py-8">
      <h2 id="suggestions" className="text-xl font-semibold">
        What should {agentName} do first?
      </h2>
      <p className="text-quiet">
        What you write is sealed on this device. Only your devices and your running agent can read it.
      </p>
      <ul className="flex flex-col gap-2">
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button
              type="button"
              className="min-h-11 w-full cursor-pointer rounded-lg border border-line bg-panel px-3 py-2 text-left hover:border-quiet"
              onClick={() => onPick(text)}
            >
              {text}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
