import * as z from "zod";
import type { LendingAsked } from "#shared/channel/app-lending.ts";
import type { Conversation, Entry, ModelView, ToolCall } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import type { VaultHeld } from "#shared/channel/app-vault.ts";
import type { LinkState } from "#shared/client/link/link.ts";
import type { SeenStart } from "#shared/client/link/unlocking.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, idOf } from "#shared/ids.ts";

/** What this device knows of one agent at this moment. Never changed in place: a part that is the same object is the same. */
export interface AgentView {
  readonly link: LinkState;
  /** True once the channel was open, so that "reconnecting" differs from "connecting". */
  readonly wasOpen: boolean;
  readonly agent: Agent | undefined;
  /** Undefined until its task was met. */
  readonly start: SeenStart | undefined;
  readonly status: Status | undefined;
  readonly model: ModelView | undefined;
  /** Undefined until the agent told its list; newest first. */
  readonly conversations: readonly Conversation[] | undefined;
  readonly threads: Readonly<Record<string, Thread>>;
  readonly approvals: readonly Approval[];
  /** What the agent said last that it holds of the vault. */
  readonly held: VaultHeld | undefined;
  /** Said on a device, not taken by the agent, and no longer on this device to be shown. */
  readonly lost: readonly Lost[];
  /** What the agents of other people want of it, and what waits for one's own word. */
  readonly asked: readonly LendingAsked[];
}

type Status = Omit<Extract<AgentMessage, { type: "agent.status" }>, "type" | "model">;

/** One conversation. */
export interface Thread {
  readonly entries: readonly Entry[]; // by seq
  /** Said on this device and not yet in the agent's journal. */
  readonly unsent: readonly Unsent[];
  readonly run: Run | undefined;
  readonly endedRun: string | undefined;
  readonly isLoaded: boolean;
  readonly hasEarlier: boolean;
  /** A piece of the run was missed: ask for all of it. */
  readonly hasGap: boolean;
}

/** sending: not kept yet · kept: it arrives once, unless it waits too long · failed: it will not, until sent again. */
export const Unsent = z.object({
  msgId: idOf("message"),
  conversationId: idOf("conversation"),
  text: z.string(),
  at: z.number(),
  state: z.enum(["sending", "kept", "failed"]),
  problem: z.string().optional(),
});
export type Unsent = z.infer<typeof Unsent>;

export const Lost = z.object({ msgId: idOf("message"), isSeen: z.boolean() });
export type Lost = z.infer<typeof Lost>;

/** An answer being written. */
export interface Run {
  readonly runId: string;
  readonly text: string;
  readonly tools: readonly ToolCall[];
}

export type Approval = Omit<Extract<AgentMessage, { type: "approval.requested" }>, "type"> & {
  /** What this device answered, while the agent has not said what became of it. */
  readonly answer?: "allow-once" | "deny";
};

export const EMPTY_VIEW: AgentView = {
  link: { is: "connecting" },
  wasOpen: false,
  agent: undefined,
  start: undefined,
  status: undefined,
  model: undefined,
  conversations: undefined,
  threads: {},
  approvals: [],
  held: undefined,
  lost: [],
  asked: [],
};

const EMPTY_THREAD: Thread = {
  entries: [],
  unsent: [],
  run: undefined,
  endedRun: undefined,
  isLoaded: false,
  hasEarlier: false,
  hasGap: false,
};

export const threadOf = (view: AgentView, id: Id<"conversation">): Thread => view.threads[id] ?? EMPTY_THREAD;

/** The agent has what was said last, and its answer is still to come or to end. */
export const isAnswering = ({ run, entries }: Thread): boolean => run !== undefined || entries.at(-1)?.role === "user";

/** The view with one conversation changed. */
export const withThread = (view: AgentView, id: Id<"conversation">, change: (thread: Thread) => Thread): AgentView => ({
  ...view,
  threads: { ...view.threads, [id]: change(threadOf(view, id)) },
});
