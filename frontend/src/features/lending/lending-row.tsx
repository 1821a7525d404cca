import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Lending, Unreadable } from "#shared/client/lending/read.ts";
import type { Given, TakenBack } from "#shared/client/lending/take-back.ts";
import { describeTerms, describeTrouble } from "#shared/client/lending/words.ts";
import type { GrantView } from "#shared/contracts/grants.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { useLendingChange } from "../../lib/lending/use-lendings.ts";

interface LendingRowProps {
  readonly one: Lending | Unreadable;
  readonly name: string;
  readonly onApprove: (lending: Lending) => void;
}

/** Who, what for, exactly how much, and what one can do about it. */
export function LendingRow({ one, name, onApprove }: LendingRowProps) {
  const trouble = describeTrouble(one, name);
  if ("trouble" in one) {
    return (
      <div className="flex flex-col gap-2">
        <p className={`break-words ${one.changed ? "text-warn" : "text-bad"}`}>{trouble}</p>
        {one.changed && <Ending given={{ row: one.row }} />}
      </div>
    );
  }
  const { row, letter } = one;
  const isIssuer = row.side === "issuer";
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 font-medium break-words">
          {letter.what}
          <span className="block text-[13px] font-normal text-quiet">
            {isIssuer ? `${name}, for their agent ${letter.agentName}` : `Of ${name}, for ${letter.agentName}`}
          </span>
        </p>
        {row.handed && row.state === "approved" ? (
          <p className="text-[13px] text-warn">Handed over</p>
        ) : (
          <p className={`text-[13px] ${LOOKS[row.state]}`}>{STATES[row.state]}</p>
        )}
      </div>
      {isIssuer && row.state === "asked" && (
        <blockquote className="border-l-2 border-line pl-3 break-words">{letter.reason}</blockquote>
      )}
      <ul className="list-disc pl-5 text-[13px]">
        {describeTerms(one).map((term) => (
          <li key={term} className="break-words">
            {term}
          </li>
        ))}
      </ul>
      {!isIssuer && row.handed && row.state === "approved" && (
        <Link to="/vault" className="w-fit text-accent underline-offset-2 hover:underline">
          Read it in your vault, under Shared with me
        </Link>
      )}
      {trouble && <p className="break-words text-warn">{trouble}</p>}
      <Ending given={one}>
        {isIssuer && !trouble && row.state === "asked" && (
          <Button onClick={() => onApprove(one)}>Choose what to lend</Button>
        )}
      </Ending>
    </div>
  );
}

interface EndingProps {
  readonly given: Given;
  readonly children?: ReactNode;
}

/** How either of the two ends it, whether or not it can be read. */
function Ending({ given, children }: EndingProps) {
  const change = useLendingChange();
  const taking = useLendingChange<TakenBack>();
  const isBusy = change.isPending || taking.isPending;
  const error = change.error ?? taking.error;
  const { row } = given;
  const isIssuer = row.side === "issuer";
  const isOver = row.state === "expired" && row.handed !== null; // they hold the secret still
  const wasHanded = row.state === "revoked" && row.handed !== null; // and whether it has other keys since, no list says
  const takeBack = () => taking.mutate((to) => to.revoke(given));
  return (
    <>
      {error && <Problem error={error} />}
      {wasHanded && taking.data && (
        <p role="status" className="text-[13px] text-quiet">
          {taking.data.isSealedAnew
            ? "It has other keys now."
            : "You cannot change its keys: it is gone, or not yours to write."}
        </p>
      )}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {children}
        {row.state === "asked" && (
          <Button look="plain" disabled={isBusy} onClick={() => change.mutate((to) => to.deny(row.id))}>
            {isIssuer ? "Deny" : "Withdraw"}
          </Button>
        )}
        {isIssuer && (row.state === "approved" || isOver) && (
          <Button look="danger" disabled={isBusy} onClick={takeBack}>
            Take back
          </Button>
        )}
        {isIssuer && wasHanded && !taking.data && (
          <Button look="plain" disabled={isBusy} onClick={takeBack}>
            Change its keys again
          </Button>
        )}
      </div>
    </>
  );
}

const STATES: Readonly<Record<GrantView["state"], string>> = {
  asked: "Waits for an answer",
  approved: "Lent",
  denied: "Denied",
  withdrawn: "Withdrawn",
  revoked: "Taken back",
  expired: "Its time is over",
};

const LOOKS: Readonly<Record<GrantView["state"], string>> = {
  ...{ asked: "text-warn", approved: "text-good", denied: "text-quiet" },
  ...{ withdrawn: "text-quiet", revoked: "text-quiet", expired: "text-quiet" },
};
