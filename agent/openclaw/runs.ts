import type { CallBudget } from "../model/budget.ts";
import type { GatewayEvent } from "./gateway/events.ts";
import { showWhole } from "./shown.ts";
import type { OpenClawEvent } from "./types.ts";

/** The runs that are on and the approvals that are open: each ends exactly once, also when OpenClaw ends first. */
export interface Runs {
  /** False when this run was begun before: it is not sent again. */
  begin(runId: string): boolean;
  /** It could not be sent, so nothing will follow. */
  take(runId: string): void;
  hear(event: GatewayEvent): void;
  /** Tells the end of all that is on. */
  loseAll(): void;
  isIdle(): boolean;
}

const REMEMBERED = 2_000;
const PREFIX = "agent:main:";

export const sessionKeyOf = (conversationId: string): string => `${PREFIX}${conversationId}`;

export interface RunsInput {
  readonly budget: CallBudget;
  readonly tell: (event: OpenClawEvent) => void;
  /** What the gate has told of a call, whole. */
  readonly wholeOf: (toolCallId: string) => string | undefined;
  /** It cannot be shown in whole, so nobody is asked. */
  readonly refuse: (approvalId: string) => void;
}

export function trackRuns({ budget, tell, wholeOf, refuse }: RunsInput): Runs {
  const known = new Set<string>(); // oldest first
  const active = new Set<string>();
  const open = new Set<string>(); // approvals
  const calls = new Map<string, unknown>(); // what each running tool was called with

  const end = (runId: string): boolean => {
    if (!active.delete(runId)) return false;
    budget.endTurn();
    return true;
  };
  const settle = (approvalId: string, decision: string | undefined) => {
    if (open.delete(approvalId)) tell({ is: "approval.settled", approvalId, decision });
  };
  const heard = {
    text: (event: Heard<"text">) => active.has(event.runId) && tell({ ...event, is: "delta" }),
    tool(event: Heard<"tool">) {
      const { toolCallId, state, args } = event.tool;
      if (state === "running") calls.set(toolCallId, args);
      else calls.delete(toolCallId);
      if (active.has(event.runId)) tell(event);
    },
    end: (event: Heard<"end">) => end(event.runId) && tell(event),
    asked({ approval: { sessionKey, runId, ...approval } }: Heard<"asked">) {
      const { approvalId, toolCallId } = approval;
      const description = showWhole(approval.description, { args: calls.get(toolCallId), told: wholeOf(toolCallId) });
      if (description === undefined) return refuse(approvalId);
      open.add(approvalId);
      const conversationId = sessionKey.slice(PREFIX.length);
      tell({ is: "approval", runId, conversationId, approval: { ...approval, description } });
    },
    settled: ({ approvalId, decision }: Heard<"settled">) => settle(approvalId, decision),
  };
  return {
    begin(runId) {
      if (known.has(runId)) return false;
      for (const oldest of known) if (known.size >= REMEMBERED) known.delete(oldest);
      known.add(runId);
      active.add(runId);
      budget.beginTurn();
      return true;
    },
    take(runId) {
      end(runId);
      known.delete(runId);
    },
    hear(event) {
      if (event.is === "text") heard.text(event);
      else if (event.is === "tool") heard.tool(event);
      else if (event.is === "end") heard.end(event);
      else if (event.is === "asked") heard.asked(event);
      else heard.settled(event);
    },
    loseAll() {
      calls.clear();
      for (const approvalId of [...open]) settle(approvalId, undefined);
      const lost = {
        is: "end",
        state: "error",
        text: "",
        error: "The agent's process ended while it answered.",
      } as const;
      for (const runId of [...active]) if (end(runId)) tell({ ...lost, runId });
    },
    isIdle: () => active.size === 0,
  };
}

type Heard<K extends GatewayEvent["is"]> = Extract<GatewayEvent, { is: K }>;
