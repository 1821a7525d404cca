import { Link } from "@tanstack/react-router";
import { Handshake, UserPlus } from "lucide-react";
import { useState } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import { Button } from "../../components/button.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { useMembers } from "../../lib/people/use-members.ts";
import { useMe } from "../../lib/use-me.ts";
import { InviteList } from "./invite-list.tsx";
import { MemberTable } from "./member-table.tsx";
import { type Doing, PeopleDialog } from "./people-dialog.tsx";
import { mayInvite } from "./rules.ts";
import { useInvites } from "./use-people.ts";

/** Who is here, and what may they do. */
export function PeoplePage() {
  const { me } = useMe();
  const members = useMembers();
  const [doing, setDoing] = useState<Doing>();
  const [news, setNews] = useState("");
  const verdict = me ? mayInvite(me.role) : undefined;
  const ask = (act: "change" | "remove") => (member: Member) => setDoing({ act, member });

  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-6 p-4 sm:p-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl font-semibold">People</h1>
        <div className="flex flex-wrap gap-2">
          <Link
            to="/people/lending"
            className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line bg-panel px-3 font-medium"
          >
            <Handshake size={16} aria-hidden /> Lending
          </Link>
          {verdict?.may && (
            <Button onClick={() => setDoing({ act: "invite" })}>
              <UserPlus size={16} aria-hidden /> Invite people
            </Button>
          )}
        </div>
      </header>
      {verdict && !verdict.may && <p className="text-quiet">{verdict.why}</p>}
      <p role="status" className="text-good empty:hidden">
        {news}
      </p>
      <section aria-label="Members" className="flex flex-col gap-3">
        <Waiting query={members} lines={3}>
          {(all) => me && <MemberTable members={all} me={me} onChange={ask("change")} onRemove={ask("remove")} />}
        </Waiting>
      </section>
      <Invites mayChange={verdict?.may ?? false} />
      {me && (
        <PeopleDialog
          doing={doing}
          me={me}
          onClose={(done) => {
            setDoing(undefined);
            setNews(done ?? "");
          }}
        />
      )}
    </div>
  );
}

function Invites({ mayChange }: { mayChange: boolean }) {
  const invites = useInvites();
  return (
    <section aria-labelledby="invites" className="flex flex-col gap-3">
      <h2 id="invites" className="text-base font-semibold">
        Invites
      </h2>
      <Waiting query={invites} lines={1}>
        {(all) =>
          all.length > 0 ? (
            <InviteList invites={all} mayChange={mayChange} />
          ) : (
            <p className="text-quiet">No invite is waiting for an answer.</p>
          )
        }
      </Waiting>
    </section>
  );
}
