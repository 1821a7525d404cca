import { Moon, ShieldX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { StatusWords } from "../../../components/agent/agent-state.tsx";
import { WakeSteps } from "../../../components/agent/wake-steps.tsx";
import { Button } from "../../../components/button.tsx";
import type { ChatStatus } from "./describe-status.ts";

interface StatusLineProps {
  readonly status: ChatStatus;
  readonly onWake: () => void;
  readonly isWaking: boolean;
  readonly onLookAgain: () => void;
  readonly onAccept: () => Promise<void>;
}

/** Between the conversation and the composer, the only place that says how the agent is: what stands in the way, and what happens next. */
export function StatusLine({ status, onWake, isWaking, onLookAgain, onAccept }: StatusLineProps) {
  switch (status.is) {
    case "blocked":
      return (
        <Strip look="border-bad" role="alert">
          <p className="flex items-center gap-2 font-medium text-bad">
            <ShieldX size={18} aria-hidden className="shrink-0" />
            {status.title}
          </p>
          <p>{status.what}</p>
          <p>
            <strong className="font-medium">What to do:</strong> {status.todo}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button look="plain" onClick={onLookAgain}>
              Look again
            </Button>
            {status.mayAccept && (
              <Button look="plain" onClick={onAccept}>
                Accept the new program
              </Button>
            )}
          </div>
        </Strip>
      );
    case "waking":
      return (
        <Strip look="border-line">
          <p className="font-medium">{status.text}</p>
          {/* a low window has room for the time that is left, and for the last message */}
          <div className="[@media(max-height:520px)]:[&_ol]:hidden">
            <WakeSteps agent={status.agent} />
          </div>
        </Strip>
      );
    case "asleep":
      return (
        <Strip look="border-line">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="flex min-w-0 items-center gap-2">
              <Moon size={16} aria-hidden className="shrink-0 text-quiet" />
              {status.text}
            </p>
            <Button look="plain" disabled={isWaking} onClick={onWake}>
              Wake {status.agent.name}
            </Button>
          </div>
        </Strip>
      );
    case "crashed":
      return <Crashed agent={status.agent} {...{ onWake, isWaking }} />;
    case "line":
      return (
        <p role="status" className="px-1 py-1.5 text-[13px] text-quiet">
          <StatusWords {...status} />
        </p>
      );
  }
}

interface CrashedProps {
  readonly agent: Agent;
  readonly onWake: () => void;
  readonly isWaking: boolean;
}

function Crashed({ agent, onWake, isWaking }: CrashedProps) {
  return (
    <Strip look="border-bad" role="alert">
      <p className="flex items-center gap-2 font-medium text-bad">
        <TriangleAlert size={18} aria-hidden className="shrink-0" />
        {agent.name} crashed and was not started again
      </p>
      <p>
        {agent.cause ?? "No cause was recorded."} It was restarted {agent.restarts}{" "}
        {agent.restarts === 1 ? "time" : "times"}. Its last sealed state is kept.
      </p>
      <div>
        <Button disabled={isWaking} onClick={onWake}>
          Start {agent.name} from its last state
        </Button>
      </div>
    </Strip>
  );
}

function Strip({ look, role, children }: { look: string; role?: "alert"; children: ReactNode }) {
  return (
    <section
      role={role}
      aria-label="Your agent"
      className={`mb-2 flex flex-col gap-2 rounded-lg border bg-panel p-3 ${look}`}
    >
      {children}
    </section>
  );
}
