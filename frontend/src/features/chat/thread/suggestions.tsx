import { suggest } from "./suggest.ts";

interface SuggestionsProps {
  readonly agentName: string;
  readonly isDemo: boolean | undefined;
  readonly onPick: (text: string) => void;
}

/** The first thing on an empty page: what one could say. */
export function Suggestions({ agentName, isDemo, onPick }: SuggestionsProps) {
  return (
    <section aria-labelledby="suggestions" className="m-auto flex w-full max-w-xl flex-col gap-4 py-8">
      <h2 id="suggestions" className="text-xl font-semibold">
        What should {agentName} do first?
      </h2>
      <p className="text-quiet">
        What you write is sealed on this device. Only your devices and your running agent can read it.
      </p>
      {isDemo && (
        <p className="text-quiet">
          {agentName} uses the demo model, a program with fixed answers. It counts, runs a command once you allow it,
          and repeats what you said; anything else it only quotes.
        </p>
      )}
      <ul className="flex flex-col gap-2">
        {suggest(isDemo).map((text) => (
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
