import { useMutation } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useId, useState } from "react";
import type { AccountPlace } from "#shared/client/keyring.ts";
import { useMe } from "../../lib/use-me.ts";
import { unlockVault } from "../../lib/vault/vault.ts";
import { Button } from "../button.tsx";
import { Field } from "../field.tsx";
import { readWords } from "./check-words.ts";
import { UnlockProblem } from "./unlock-problem.tsx";

/** Stands where sealed content would, until this device holds the keys. */
export function UnlockCard() {
  const { me } = useMe();
  const [by, setBy] = useState<"passphrase" | "phrase">("passphrase");
  if (!me) return null;
  const place = { tid: me.tenantId, uid: me.userId };
  return (
    <section
      aria-labelledby="unlock"
      className="flex w-full max-w-md flex-col gap-4 rounded-lg border border-line bg-panel p-6"
    >
      <div className="flex items-center gap-3">
        <KeyRound size={20} aria-hidden className="text-accent" />
        <h1 id="unlock" className="text-xl font-semibold">
          Unlock your vault
        </h1>
      </div>
      <p className="text-quiet">
        Your keys are opened on this device. The passphrase is not sent anywhere, and drafts are kept.
      </p>
      {by === "passphrase" ? <ByPassphrase place={place} /> : <ByPhrase place={place} />}
      <Button look="plain" onClick={() => setBy(by === "passphrase" ? "phrase" : "passphrase")}>
        {by === "passphrase" ? "Use the recovery phrase" : "Use the passphrase"}
      </Button>
    </section>
  );
}

function ByPassphrase({ place }: { place: AccountPlace }) {
  const [passphrase, setPassphrase] = useState("");
  const unlock = useMutation({ mutationFn: () => unlockVault(place, { by: "passphrase", passphrase }), gcTime: 0 });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        unlock.mutate();
      }}
    >
      <Field
        label="Vault passphrase"
        type="password"
        autoComplete="current-password"
        required
        autoFocus
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      {unlock.error && <UnlockProblem error={unlock.error} what="passphrase" />}
      <Button type="submit" disabled={unlock.isPending || passphrase === ""}>
        {unlock.isPending ? "Unlocking" : "Unlock"}
      </Button>
    </form>
  );
}

function ByPhrase({ place }: { place: AccountPlace }) {
  const [words, setWords] = useState("");
  const unlock = useMutation({ mutationFn: () => unlockVault(place, { by: "phrase", words }), gcTime: 0 });
  const unfinished = readWords(words); // which word is wrong is said here, before anything is tried
  const said = useId();
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        unlock.mutate();
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="font-medium">Recovery phrase, twelve words</span>
        <textarea
          rows={3}
          required
          aria-describedby={said}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="rounded-lg border border-quiet bg-panel p-3 font-mono"
          value={words}
          onChange={(event) => {
            unlock.reset();
            setWords(event.target.value);
          }}
        />
      </label>
      <p id={said} role="status" className={unfinished?.is === "unknown" ? "text-bad" : "text-quiet"}>
        {unfinished?.says ?? "All twelve are in the list."}
      </p>
      {unlock.error && <UnlockProblem error={unlock.error} what="phrase" />}
      <Button type="submit" disabled={unlock.isPending || unfinished !== undefined}>
        {unlock.isPending ? "Unlocking" : "Unlock"}
      </Button>
    </form>
  );
}
