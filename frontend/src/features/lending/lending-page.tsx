import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Lending, Unreadable } from "#shared/client/lending/read.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { AskedByOthers } from "../../components/lending/asked-by-others.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { useAgents } from "../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { useUnlocking } from "../../lib/agent-session/use-unlocking.ts";
import { useLendings } from "../../lib/lending/use-lendings.ts";
import { useMembers } from "../../lib/people/use-members.ts";
import { ApproveForm } from "./forms/approve-form.tsx";
import { AskForm } from "./forms/ask-form.tsx";
import { LendingRow } from "./lending-row.tsx";

type Doing = { readonly act: "ask" } | { readonly act: "approve"; readonly lending: Lending };

/** What one lets colleagues' agents do through one's own, and theirs do for one's own. */
export function LendingPage() {
  const query = useLendings();
  const members = useMembers();
  const agents = useAgents().data?.items ?? [];
  const [doing, setDoing] = useState<Doing>();
  const nameOf = (id: Id<"user">) => members.data?.find(({ userId }) => userId === id)?.email ?? "A former colleague";
  const close = () => setDoing(undefined);
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 p-4 lg:py-8">
      <Link to="/people" className="w-fit text-accent underline-offset-2 hover:underline">
        People
      </Link>
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold">Lending</h1>
        {agents.length > 0 && <Button onClick={() => setDoing({ act: "ask" })}>Ask a colleague</Button>}
      </header>
      <p className="text-quiet">{MEANS}</p>
      <WaitingUses agents={agents} />
      <Waiting query={query} lines={3}>
        {(all) => <Lists {...{ all, nameOf }} onApprove={(lending) => setDoing({ act: "approve", lending })} />}
      </Waiting>
      <Dialog
        open={doing !== undefined}
        title={doing?.act === "approve" ? `Lend to ${nameOf(doing.lending.otherId)}` : "Ask a colleague"}
        onClose={close}
      >
        {doing?.act === "ask" && <AskForm agents={agents} members={members.data ?? []} onDone={close} />}
        {doing?.act === "approve" && <ApproveForm agents={agents} lending={doing.lending} onDone={close} />}
      </Dialog>
    </div>
  );
}

const MEANS =
  "A colleague's agent can use an item of your vault through your agent. The value stays with yours: it checks each request against what you gave, counts it, sends it, and hands back the answer with the value blotted out. It acts while one of your devices is unlocked. Who asks for the secret itself, and is given it, holds it.";

/** Uses that wait for one's word. Each agent is listened to while this page is open. */
function WaitingUses({ agents }: { agents: NonNullable<ReturnType<typeof useAgents>["data"]>["items"] }) {
  const sessions = useSessions();
  useUnlocking(useMemo(() => agents, [agents]));
  if (!sessions) return null;
  return agents.map(({ id }) => <AskedByOthers key={id} session={sessions.of(id)} />);
}

interface ListsProps {
  readonly all: readonly (Lending | Unreadable)[];
  readonly nameOf: (id: Id<"user">) => string;
  readonly onApprove: (lending: Lending) => void;
}

function Lists({ all, nameOf, onApprove }: ListsProps) {
  const newestFirst = all.toReversed();
  const asked = newestFirst.filter(({ row }) => row.side === "issuer" && row.state === "asked");
  const lent = newestFirst.filter(({ row }) => row.side === "issuer" && row.state !== "asked");
  const borrowed = newestFirst.filter(({ row }) => row.side === "subject");
  const lists = [
    { id: "asked", title: "Asked of you", none: "Nobody is waiting for your answer.", rows: asked },
    { id: "lent", title: "Lent to others", none: "You have lent nothing.", rows: lent },
    { id: "borrowed", title: "Lent to your agents", none: "You have asked for nothing.", rows: borrowed },
  ];
  return lists.map(({ id, title, none, rows }) => (
    <section key={id} aria-labelledby={id} className="mt-3 flex flex-col gap-3">
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {rows.length === 0 ? (
        <p className="text-quiet">{none}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
          {rows.map((one) => (
            <li key={one.row.id} className="p-3">
              <LendingRow one={one} name={nameOf(one.otherId)} onApprove={onApprove} />
            </li>
          ))}
        </ul>
      )}
    </section>
  ));
}
