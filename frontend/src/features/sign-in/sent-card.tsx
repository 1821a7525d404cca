import { useLocation, useNavigate } from "@tanstack/react-router";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { LinkSent, type LinkSentProps } from "../../components/link-sent.tsx";
import { identity } from "../../lib/api.ts";
import { wayOn } from "../../lib/fragment.ts";

interface SentCardProps extends Pick<LinkSentProps, "sent" | "ask"> {
  readonly onStartOver: () => void;
}

export function SentCard({ sent, ask, onStartOver }: SentCardProps) {
  const navigate = useNavigate();
  const { wanted } = useLocation().state;
  return (
    <Card title="Check your mail">
      <LinkSent
        {...{ sent, ask }}
        redeem={identity.redeemCode}
        onDone={() => void navigate({ href: wayOn(wanted), replace: true })}
        action="Sign in with the digits"
      >
        <Button look="plain" onClick={onStartOver}>
          Use another address
        </Button>
      </LinkSent>
    </Card>
  );
}
