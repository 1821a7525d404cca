import { useMutation } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Field } from "../../components/fields/field.tsx";
import { Problem } from "../../components/problem.tsx";
import { identity, session } from "../../lib/api.ts";
import { type SentLink, wayOn } from "../../lib/fragment.ts";
import { useLocal } from "../../lib/stage.ts";

interface SentCardProps {
  readonly sent: SentLink;
  /** Sends one more, for a mail that got lost or a link that has ended. */
  readonly ask: { readonly mutate: () => void; readonly isPending: boolean; readonly error: unknown };
  readonly onStartOver: () => void;
}

/** The link is on its way: open it here, or type the digits another browser shows. */
export function SentCard({ sent: { email, linkId, isAgain }, ask, onStartOver }: SentCardProps) {
  const [code, setCode] = useState("");
  const navigate = useNavigate();
  const { wanted } = useLocation().state;
  const local = useLocal();
  const redeem = useMutation({
    mutationFn: () => identity.redeemCode({ linkId, code: code.trim() }),
    onSuccess: (token) => {
      session.keep(token);
      return navigate({ href: wayOn(wanted), replace: true });
    },
  });

  return (
    <Card title="Check your mail">
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
          redeem.mutate();
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
        <Button type="submit" disabled={redeem.isPending}>
          Sign in with the digits
        </Button>
      </form>
      {redeem.error && <Problem error={redeem.error} />}
      {Boolean(ask.error) && <Problem error={ask.error} />}
      <div className="flex flex-wrap gap-2">
        <Button look="plain" disabled={ask.isPending} onClick={() => ask.mutate()}>
          Send a new link
        </Button>
        <Button look="plain" onClick={onStartOver}>
          Use another address
        </Button>
      </div>
    </Card>
  );
}
