import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { AccessToken } from "#shared/contracts/identity.ts";
import type { Id } from "#shared/ids.ts";
import { session } from "../lib/api.ts";
import type { SentLink } from "../lib/fragment.ts";
import { useLocal } from "../lib/stage.ts";
import { Button } from "./button.tsx";
import { Field } from "./fields/field.tsx";
import { Problem } from "./problem.tsx";

export interface LinkSentProps {
  readonly sent: SentLink;
  /** Sends one more, for a mail that got lost or a link that has ended. */
  readonly ask: { readonly mutate: () => void; readonly isPending: boolean; readonly error: unknown };
  /** Trades the digits for a token, which is kept. */
  readonly redeem: (digits: { linkId: Id<"link">; code: string }) => Promise<AccessToken>;
  readonly onDone: () => void;
  /** Says what the digits do: "Sign in with the digits". */
  readonly action: string;
  /** Where else one can go from here. */
  readonly children: ReactNode;
}

/** The link is on its way: open it here, or type the digits another browser shows. */
export function LinkSent({ sent, ask, redeem, onDone, action, children }: LinkSentProps) {
  const { email, linkId, isAgain } = sent;
  const [code, setCode] = useState("");
  const local = useLocal();
  const typed = useMutation({
    mutationFn: () => redeem({ linkId, code: code.trim() }),
    onSuccess: (token) => {
      session.keep(token);
      onDone();
    },
  });

  return (
    <>
      <p>
        We sent {isAgain ? "a new link" : "a link"} to <strong className="break-all">{email}</strong>. Open it in this
        browser, and this page goes on by itself. The link works once, for 15 minutes.
      </p>
      {local && (
        <a className="text-accent underline" href={local.mailboxUrl} target="_blank" rel="noreferrer">
          Open the local mailbox
        </a>
      )}
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          typed.mutate();
        }}
      >
        <Field
          label="Opened it elsewhere? Type the six digits shown there"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\s*\d{6}\s*"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="submit" disabled={typed.isPending}>
          {action}
        </Button>
      </form>
      {typed.error && <Problem error={typed.error} />}
      {Boolean(ask.error) && <Problem error={ask.error} />}
      <div className="flex flex-wrap gap-2">
        <Button look="plain" disabled={ask.isPending} onClick={() => ask.mutate()}>
          Send a new link
        </Button>
        {children}
      </div>
    </>
  );
}
