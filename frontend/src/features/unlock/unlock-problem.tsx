import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Problem } from "../../components/problem.tsx";

const WRONG = {
  passphrase: "This is not the passphrase of your vault. Check the keyboard's language and capitals, then try again.",
  phrase: "These are not the words of your vault. Check each word and their order.",
} as const;

const LIES: Partial<Record<CryptoError["code"], string>> = {
  "crypto.rollback":
    "The service offered an older keyring than this browser has seen. Nothing was opened. Tell your administrator.",
  "crypto.kdf_params":
    "The service offered weaker protection than this browser has seen. Nothing was derived. Tell your administrator.",
  "crypto.context": "The service offered a keyring that is not yours. Nothing was opened. Tell your administrator.",
};

/** A wrong factor is one thing, a keyring that was tampered with another. */
export function UnlockProblem({ error, what }: { error: Error; what: keyof typeof WRONG }) {
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  const isWrong = error.code === "crypto.commitment" || error.code === "crypto.phrase";
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      {isWrong ? WRONG[what] : (LIES[error.code] ?? "The keyring could not be opened.")}
    </p>
  );
}
