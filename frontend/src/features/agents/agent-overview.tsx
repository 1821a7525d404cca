import type { ReactNode } from "react";
import { isStarting } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { AgentState } from "../../components/agent/agent-state.tsx";
import { describeRoom } from "../../components/agent/describe-place.ts";
import { WakeSteps } from "../../components/agent/wake-steps.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { Seal } from "../../components/seal/seal.tsx";
import { isMoving } from "../../lib/agent-session/use-agents.ts";
import { formatBytes } from "../../lib/format-bytes.ts";
import { useIsLocal } from "../../lib/stage.ts";
import { describeNow } from "./describe-now.ts";

/** Is it well, what is sealed, what does it run on. */
export function AgentOverview({ agent }: { agent: Agent }) {
  const { saved, state, steps } = agent;
  const isLocal = useIsLocal();
  return (
    <section aria-labelledby="state" className="rounded-lg border border-line bg-panel">
      <div className={`flex flex-col gap-2 border-b p-4 ${state === "crashed" ? "border-bad" : "border-line"}`}>
        <h2 id="state" className="font-semibold">
          <AgentState agent={agent} />
        </h2>
        <p role={isMoving(agent) ? "status" : undefined} className={state === "crashed" ? "text-bad" : "text-quiet"}>
          {describeNow(agent)}
        </p>
        {isStarting(agent) && <WakeSteps agent={agent} />}
      </div>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-3 p-4 sm:grid-cols-2">
        <Fact name="Sealed state">
          {saved ? (
            <>
              {formatBytes(saved.bytes)}, sealed <RelativeTime at={saved.savedAt} /> (number {saved.seq}){" "}
              <Seal kind="state" />
            </>
          ) : (
            "Nothing saved yet. It is saved when the agent pauses, stops, and as it works."
          )}
        </Fact>
        <Fact name="Runs on">{describeRoom(agent.size, isLocal)}</Fact>
        <Fact name="Last active">{agent.lastActiveAt ? <RelativeTime at={agent.lastActiveAt} /> : "Not yet"}</Fact>
        <Fact name="Restarts after a failure">{agent.restarts}</Fact>
        <Fact name="Last start">
          {steps.length > 1 ? `${secondsOf(steps).toFixed(1)} s to its last step` : "No times yet"}
        </Fact>
        <Fact name="Created">
          <RelativeTime at={agent.createdAt} />
        </Fact>
      </dl>
    </section>
  );
}

function secondsOf(steps: Agent["steps"]): number {
  const times = steps.map(({ at }) => Date.parse(at));
  return (Math.max(...times) - Math.min(...times)) / 1000;
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex flex-col">
    <dt className="text-[13px] text-quiet">{name}</dt>
    <dd className="tabular-nums">{children}</dd>
  </div>
);
