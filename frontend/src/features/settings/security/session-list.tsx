import { Laptop, Smartphone } from "lucide-react";
import type { Session } from "#shared/contracts/identity.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { useRevokeSession } from "./use-sessions.ts";

/** Where one is signed in: this device first and marked, then the most recently used. */
export function SessionList({ sessions }: { sessions: readonly Session[] }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
      {sortSessions(sessions).map((session) => (
        <SessionRow key={session.id} session={session} />
      ))}
    </ul>
  );
}

const sortSessions = (sessions: readonly Session[]): Session[] =>
  sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || Date.parse(b.lastUsedAt) - Date.parse(a.lastUsedAt),
  );

function SessionRow({ session }: { session: Session }) {
  const revoke = useRevokeSession();
  const Icon = /iPhone|Android/.test(session.device) ? Smartphone : Laptop;
  return (
    <li className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Icon size={20} aria-hidden className="shrink-0 text-quiet" />
        <div className="min-w-0 flex-1 basis-44">
          <p>
            {session.device}
            {session.current && <span className="font-medium text-good"> · this device</span>}
          </p>
          <p className="text-[13px] text-quiet">
            {session.place} · used <RelativeTime at={session.lastUsedAt} /> · ends{" "}
            <RelativeTime at={session.expiresAt} />
          </p>
        </div>
        {!session.current && (
          <Button
            look="plain"
            disabled={revoke.isPending}
            aria-label={`End session of ${session.device}, ${session.place}`}
            onClick={() => revoke.mutate(session.id)}
          >
            End session
          </Button>
        )}
      </div>
      {revoke.error && <Problem error={revoke.error} />}
    </li>
  );
}
