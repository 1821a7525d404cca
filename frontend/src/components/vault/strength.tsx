import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import type { Rating } from "#shared/client/rate-passphrase.ts";

/** How long guessing would take. The dictionaries are large, so they come when the first letter is typed. */
export function useStrength(passphrase: string, own: readonly string[]): Rating | undefined {
  const asked = useDeferredValue(passphrase);
  const rater = useQuery({
    queryKey: ["passphrase-rater"],
    queryFn: async () => (await import("#shared/client/rate-passphrase.ts")).ratePassphrase,
    enabled: passphrase !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  return rater.data && asked !== "" ? rater.data(asked, own) : undefined;
}

const STEPS = [1, 2, 3, 4] as const;

export function Strength({ strength }: { strength: Rating | undefined }) {
  const score = strength?.score ?? 0;
  return (
    <div className="flex flex-col gap-1">
      <div aria-hidden className="flex max-w-xs gap-1">
        {STEPS.map((step) => (
          <span key={step} className={`h-1 flex-1 rounded-full ${step <= score ? colourOf(score) : "bg-line"}`} />
        ))}
      </div>
      <p role="status" className="text-quiet">
        {strength ? strength.says : "Six or more unrelated words are easy to keep and hard to guess."}
      </p>
    </div>
  );
}

function colourOf(score: number): string {
  if (score >= 4) return "bg-good";
  return score >= 3 ? "bg-warn" : "bg-bad";
}
