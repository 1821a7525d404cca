import { LoaderCircle, Moon, ShieldX, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { WakeSteps } from "../../../components/agent/wake-steps.tsx";
import { Button } from "../../../components/button.tsx";
import type { LinkNews as News } from "./describe-link.ts";

interface LinkNewsProps {
  readonly news: News;
  readonly onWake: () => void;
  readonly isWaking: boolean;
  readonly onLookAgain: () => void;
  readonly onAccept: () => Promise<void>;
}

/** Between the conversation and the composer: why the agent does not hear at this moment, and what happens next. */
export function LinkNews({ news, onWake, isWaking, onLookAgain, onAccept }: LinkNewsProps) {
  switch (news.is) {
    case "ready":
      return null;
    case "blocked":
      return (
        <Strip look="border-bad" role="alert">
          <p className="flex items-center gap-2 font-medium text-bad">
            <ShieldX size={18} aria-hidden className="shrink-0" />
            {news.title}
          </p>
          <p>{news.what}</p>
          <p>
            <strong className="font-medium">What to do:</strong> {news.todo}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button look="plain" onClick={onLookAgain}>
              Look again
            </Button>
            {news.mayAccept && (
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
          <p className="font-medium">{news.agent.name} is waking. Write meanwhile: your message waits, sealed.</p>
          <WakeSteps agent={news.agent} />
        </Strip>
      );
    case "asleep":
      return (
        <Strip look="border-line">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="flex min-w-0 items-center gap-2">
              <Moon size={16} aria-hidden className="shrink-0 text-quiet" />
              {news.text}
            </p>
            <Button look="plain" disabled={isWaking} onClick={onWake}>
              Wake {news.agent.name}
            </Button>
          </div>
        </Strip>
      );
    case "crashed":
      return <Crashed {...{ news, onWake, isWaking }} />;
    case "note":
      return (
        <p role="status" className="flex items-center gap-2 px-1 py-1.5 text-quiet">
          {news.isMoving && <LoaderCircle size={16} aria-hidden className="shrink-0 motion-safe:animate-spin" />}
          {news.text}
        </p>
      );
  }
}

interface CrashedProps {
  readonly news: Extract<News, { is: "crashed" }>;
  readonly onWake: () => void;
  readonly isWaking: boolean;
}

function Crashed({ news: { agent }, onWake, isWaking }: CrashedProps) {
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
