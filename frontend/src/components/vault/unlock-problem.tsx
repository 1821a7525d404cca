import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { PasskeyTrouble } from "../../lib/vault/ways/passkey.ts";
import { Problem } from "../problem.tsx";
import { PasskeyWords } from "./ways/passkey-words.tsx";

const NOT_THE_PASSPHRASE =
  "This is not the passphrase of your vault. Check the keyboard's language and capitals, then try again.";
const NOT_THE_PASSKEY = "This passkey does not open this vault. It may be of another organisation or account.";
const WRONG = {
  passphrase: { "crypto.commitment": NOT_THE_PASSPHRASE, "crypto.phrase": NOT_THE_PASSPHRASE },
  phrase: {
    "crypto.commitment":
      "This is a recovery phrase, but not the one of this vault. It may belong to another organisation or account, or have been replaced.",
    "crypto.phrase":
      "Every word is in the list, but together they are no recovery phrase. Look at their order and their spelling.",
  },
  key: {
    "crypto.commitment":
      "This is a recovery key, but not the one of this vault. It may belong to another organisation or account, or have been replaced.",
    "crypto.phrase": "This is no recovery key. Look at it character by character.",
  },
  passkey: { "crypto.commitment": NOT_THE_PASSKEY, "crypto.phrase": NOT_THE_PASSKEY },
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
  if (error instanceof PasskeyTrouble) return <PasskeyWords is={error.is} />;
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  const { code } = error;
  const isWrong = code === "crypto.commitment" || code === "crypto.phrase";
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      {isWrong ? WRONG[what][code] : (LIES[code] ?? "The keyring could not be opened.")}
    </p>
  );
}
