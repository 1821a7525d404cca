import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { identity, session } from "../../lib/api.ts";
import type { SentLink } from "../../lib/fragment.ts";
import { type Asked, onConfirmed } from "../../lib/still-you.ts";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { LinkSent } from "../link-sent.tsx";
import { Problem } from "../problem.tsx";

/** Sends a link, and ends when it was opened in this browser or its digits were typed. */
export function StillYouDialog({ email, end }: { email: string } & Pick<Asked, "end">) {
  const [sent, setSent] = useState<SentLink>();
  const ask = useMutation({
    mutationFn: () => identity.requestLink({ email }),
    onSuccess: ({ linkId }) => setSent((before) => ({ email, linkId, isAgain: before !== undefined })),
  });
  useEffect(() => {
    const goOn = async () => {
      await session.renew().catch(() => undefined); // the token of before is taken for five seconds as it was
      end(true); // the link is used up: what is refused once more says so itself
    };
    return onConfirmed(() => void goOn());
  }, [end]);
  const leave = () => end(false);
  return (
    <Dialog open above title="Confirm it is you" onClose={leave}>
      {sent ? (
        <LinkSent
          key={sent.linkId}
          {...{ sent, ask }}
          redeem={identity.confirmCode}
          onDone={() => end(true)}
          action="Confirm with the digits"
        >
          <Button look="plain" onClick={leave}>
            Leave it
          </Button>
        </LinkSent>
      ) : (
        <>
          <p>
            You signed in more than five minutes ago. Before this is done, show that you still read the mail of{" "}
            <strong className="break-all">{email}</strong>.
          </p>
          {ask.error && <Problem error={ask.error} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="plain" onClick={leave}>
              Leave it
            </Button>
            <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
              Send the link
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
