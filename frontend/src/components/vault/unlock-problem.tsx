import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Problem } from "../problem.tsx";

const NOT_THE_PASSPHRASE =
  "This is not the passphrase of your vault. Check the keyboard's language and capitals, then try again.";
const WRONG = {
  passphrase: { "crypto.commitment": NOT_THE_PASSPHRASE, "crypto.phrase": NOT_THE_PASSPHRASE },
  phrase: {
    "crypto.commitment":
      "This is a recovery phrase, but not the one of this vault. It may belong to another organisation or account.",
    "crypto.phrase":
      "Every word is in the list, but together they are no recovery phrase. Look at their order and their spelling.",
  },
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
  const { code } = error;
  const isWrong = code === "crypto.commitment" || code === "crypto.phrase";
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      {isWrong ? WRONG[what][code] : (LIES[code] ?? "The keyring could not be opened.")}
    </p>
  );
}
