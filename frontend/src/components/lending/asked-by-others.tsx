import { useSyncExternalStore } from "react";
import type { AgentSession } from "../../lib/agent-session/session.ts";
import { useNow } from "../agent/use-now.ts";
import { Button } from "../button.tsx";

/** What another person's agent wants of this one now, in whole, where its owner is to be asked each time. */
export function AskedByOthers({ session }: { session: AgentSession }) {
  const { asked, agent, link } = useSyncExternalStore(session.view.subscribe, session.view.get);
  const now = useNow(1_000);
  if (link.is !== "open") return null;
  return asked.map(({ useId, request, expiresAt }) => (
    <section
      key={useId}
      aria-label="Another person's agent asks"
      className="flex flex-col gap-2 rounded-lg border border-warn bg-panel p-3"
    >
      <p className="font-medium">Another person's agent asks {agent?.name ?? "your agent"} to send this</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-60 overflow-auto rounded border border-line bg-page p-2 font-mono text-[13px] whitespace-pre-wrap break-words"
      >
        {request}
      </pre>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={() => session.decide(useId, "allow-once")}>Allow once</Button>
        <Button look="plain" onClick={() => session.decide(useId, "deny")}>
          Deny
        </Button>
        <p className="text-[13px] text-quiet tabular-nums">
          Denied by itself in {Math.max(0, Math.ceil((expiresAt - now) / 1000))} s.
        </p>
      </div>
    </section>
  ));
}
