import { Waiting } from "../../../components/waiting.tsx";
import { Section } from "../section.tsx";
import { ChangeKeys } from "./change-keys.tsx";
import { ChangePassphrase } from "./change-passphrase.tsx";
import { EndSessions } from "./end-sessions.tsx";
import { LockAfter } from "./lock-after.tsx";
import { SessionList } from "./session-list.tsx";
import { useSessions } from "./use-sessions.ts";

export function SecurityPage() {
  const sessions = useSessions();
  return (
    <div className="flex flex-col gap-8">
      <Section
        title="Sessions"
        says="Where you are signed in. Signing in opens no vault: that takes your passphrase or your recovery phrase."
      >
        <Waiting query={sessions} lines={3}>
          {(all) => (
            <>
              <SessionList sessions={all} />
              <EndSessions others={all.filter(({ current }) => !current).length} />
            </>
          )}
        </Waiting>
      </Section>
      <LockAfter />
      <ChangePassphrase />
      <ChangeKeys />
    </div>
  );
}
