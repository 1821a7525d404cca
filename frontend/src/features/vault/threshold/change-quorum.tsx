import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { VaultHead } from "#shared/client/vault/head.ts";
import type { QuorumTerms } from "#shared/client/vault/openings/quorum.ts";
import type { OpenQuorum } from "#shared/crypto/vault/chain.ts";
import { mayHold } from "#shared/permissions.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMe } from "../../../lib/use-me.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { LostHolders } from "./lost-holders.tsx";
import { isQuorum, QuorumFields } from "./quorum-fields.tsx";
import { useReview } from "./use-holders.ts";

interface ChangeQuorumProps {
  readonly head: VaultHead;
  readonly items: VaultItems;
}

/** Of a threshold vault that is open in this window: until when, and who opens it from now on. */
export function ChangeQuorum({ head, items }: ChangeQuorumProps) {
  const { me } = useMe();
  const [isOpen, setOpen] = useState(false);
  const [news, setNews] = useState("");
  const { quorum } = head.chain;
  if (!quorum) return null;
  const { threshold, count } = quorum.set;
  return (
    <div className="flex flex-col gap-2 px-4 pb-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-[13px] text-quiet">
          Open in this window until the opening ends. {threshold} of {count} open it together.
        </p>
        {me && mayHold(me) && (
          <Button look="plain" onClick={() => setOpen(true)}>
            Change who opens it
          </Button>
        )}
      </div>
      <p role="status" className="text-good empty:hidden">
        {news}
      </p>
      <LostHolders quorum={quorum} says="Change who opens it: a new set of the others is proposed there." />
      <Dialog open={isOpen} title={`Who opens ${head.name}`} onClose={() => setOpen(false)}>
        <ChangeForm
          {...{ quorum, items }}
          onDone={({ threshold: next, holders }) => {
            setOpen(false);
            setNews(`${next} of ${holders.length} open it from now on, under another key.`);
          }}
        />
      </Dialog>
    </div>
  );
}

interface ChangeFormProps {
  readonly quorum: OpenQuorum;
  readonly items: VaultItems;
  readonly onDone: (terms: QuorumTerms) => void;
}

function ChangeForm({ quorum, ...rest }: ChangeFormProps) {
  const review = useReview(quorum);
  const { me } = useMe();
  return (
    <Waiting query={review} lines={2}>
      {({ next }) => {
        const holders = next?.holders ?? [];
        const all = me && !holders.includes(me.userId) ? [me.userId, ...holders] : holders;
        return <TermsForm {...rest} start={{ threshold: next?.threshold ?? 2, holders: all }} />;
      }}
    </Waiting>
  );
}

function TermsForm({ items, start, onDone }: Omit<ChangeFormProps, "quorum"> & { readonly start: QuorumTerms }) {
  const [terms, setTerms] = useState(start);
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (next: QuorumTerms) => items.step((book) => book.setQuorum(next)),
    onSuccess: (_, next) => {
      void client.invalidateQueries({ queryKey: ["threshold"] });
      onDone(next);
    },
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(terms);
      }}
    >
      <QuorumFields terms={terms} onChange={setTerms} />
      <p className="text-quiet">
        The vault gets another key, and everything in it is sealed anew. Shares handed out before open nothing that is
        kept from then on. Those who hold none do not have this vault any more; what they have read, they may have kept.
      </p>
      {change.error && <Problem error={change.error} />}
      <div className="flex justify-end">
        <Button type="submit" disabled={change.isPending || !isQuorum(terms)}>
          {change.isPending ? "Handing out" : "Hand out new shares"}
        </Button>
      </div>
    </form>
  );
}
