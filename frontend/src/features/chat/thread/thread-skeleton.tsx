import { Button } from "../../../components/button.tsx";
import { LATE_MS, SKELETON_MS, useWaited } from "../../../components/waiting.tsx";

const WIDTHS = ["w-2/5 self-end", "w-4/5", "w-3/5", "w-1/3 self-end", "w-3/4"];

/** Nothing for a moment, then the shape of a conversation, then a word and a way on. */
export function ThreadSkeleton({ agentName, onAgain }: { agentName: string; onAgain: () => void }) {
  const waited = useWaited();
  if (waited < SKELETON_MS) return null;
  if (waited >= LATE_MS) {
    return (
      <div role="alert" className="m-auto flex flex-col items-start gap-3 rounded-lg border border-bad p-3">
        <p className="font-medium text-bad">{agentName} has not told this conversation for ten seconds.</p>
        <p>Nothing was lost: it lies in the agent's sealed state.</p>
        <Button look="plain" onClick={onAgain}>
          Ask again
        </Button>
      </div>
    );
  }
  return (
    <div
      role="status"
      aria-label="Loading the conversation"
      className="flex flex-col gap-4 py-6 motion-safe:animate-pulse"
    >
      {WIDTHS.map((width) => (
        <div key={width} className={`h-8 rounded-lg bg-line ${width}`} />
      ))}
    </div>
  );
}
