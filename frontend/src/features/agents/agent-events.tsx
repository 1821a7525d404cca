import type { AgentEvent } from "#shared/contracts/agents.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import type { useAgentEvents } from "../../lib/agent-session/use-agents.ts";
import { describeDetail, EVENT_WORDS } from "./describe-now.ts";

const BAD: readonly AgentEvent["event"][] = ["agent.task_lost", "agent.crashed"];

type Events = Pick<
  ReturnType<typeof useAgentEvents>,
  "data" | "error" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage"
>;

/** What happened to an agent, newest first. The platform writes these lines; none of them holds anything that was said. */
export function AgentEvents({ events }: { events: Events }) {
  const lines = events.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section aria-labelledby="events" className="rounded-lg border border-line bg-panel">
      <h2 id="events" className="border-b border-line p-4 font-semibold">
        What happened
      </h2>
      {events.error && (
        <div className="p-4">
          <Problem error={events.error} />
        </div>
      )}
      {events.data && lines.length === 0 && <p className="p-4 text-quiet">Nothing yet.</p>}
      <ol>
        {lines.map(({ id, at, event, generation, detail }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-2 last:border-b-0">
            <span className={BAD.includes(event) ? "font-medium text-bad" : "font-medium"}>{EVENT_WORDS[event]}</span>
            {detail && <span className="min-w-0 break-words text-quiet">{describeDetail(event, detail)}</span>}
            <span className="ml-auto flex gap-3 text-[13px] text-quiet tabular-nums">
              <span>task {generation}</span>
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <div className="p-4">
          <Button look="plain" disabled={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </section>
  );
}
