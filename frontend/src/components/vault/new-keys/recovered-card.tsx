import { KeyRound } from "lucide-react";
import { keysAreTaken } from "../../../lib/vault/vault.ts";
import { NewKeys } from "./new-keys.tsx";

/** Whoever came in by what was kept for recovery takes new keys before anything else: what was used up opens nothing twice. */
export function RecoveredCard() {
  return (
    <section
      aria-labelledby="recovered"
      className="flex w-full max-w-xl flex-col gap-4 rounded-lg border border-line bg-panel p-6"
    >
      <div className="flex items-center gap-3">
        <KeyRound size={20} aria-hidden className="shrink-0 text-accent" />
        <h1 id="recovered" className="text-xl font-semibold">
          You are back. Take new keys
        </h1>
      </div>
      <p className="text-quiet">
        What you came in with was kept for this one time. Choose another passphrase and write down twelve new words; the
        old ones, and a device that is lost, open nothing from then on. Your items and agents stay.
      </p>
      <NewKeys asksPresent={false} onDone={keysAreTaken} />
    </section>
  );
}
