import { GrantRefused } from "#shared/client/agent-items/grants.ts";
import { LendingRefused } from "#shared/client/lending/refused.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Problem } from "../../../components/problem.tsx";

/** Why it cannot be, in words; what was typed stays. */
export function Refusal({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const isOurs = error instanceof LendingRefused || error instanceof GrantRefused;
  if (!isOurs && !(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="text-bad">
      {isOurs ? error.message : NO_KEYS}
    </p>
  );
}

const NO_KEYS =
  "This person has no keys here yet, or others than you have accepted. They have to set up their vault; see their entry in your vault.";
