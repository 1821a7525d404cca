import type { Page, WebSocketRoute } from "playwright-core";
import type { Conversation, Entry, ToolCall } from "#shared/channel/app-model.ts";
import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import { writeRelayControl } from "#shared/channel/control.ts";
import type { AgentChannel } from "#shared/channel/peer/agent-channel.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import { type Id, newId } from "#shared/ids.ts";
import { makeLaunchKey, startFakeAgent } from "#test/support/fake-agent.ts";
import { agentIn, assigned, withAgent } from "./account-world.ts";
import { type Answers, ok } from "./answers.ts";
import { place } from "./keyring-world.ts";
import { ago } from "./people-world.ts";

const conversationId = newId("conversation", new Date(Date.now() - 300_000));
const locked = agentIn("locked", { ...assigned, saved: null }); // a state would have to open
const running = agentIn("running", { saved: null, version: locked.version + 1 });
const launchKey = makeLaunchKey();

/** What an agent has recorded of its one conversation, and what it has under way. */
export interface Said {
  readonly entries: readonly Entry[];
  readonly tools?: readonly ToolCall[];
}

export const asked = (text: string): Entry => line({ seq: 1, role: "user", text, state: "sent" });
export const answered = (more: Partial<Entry>): Entry => line({ seq: 2, role: "assistant", ...more });

const line = (more: Partial<Entry>): Entry => ({
  ...{ seq: 1, id: newId("message", new Date()), conversationId, role: "user", text: "", tools: [], state: "final" },
  at: Date.now() - 60_000 + (more.seq ?? 0) * 4_000,
  ...more,
});

/** A task that the page really unlocks and speaks with, over a relay in this process. */
export function speakingAgent(said: Said): { readonly answers: Answers; readonly join: (page: Page) => Promise<void> } {
  let agent = locked;
  let task: ReturnType<typeof startFakeAgent> | undefined;
  const answers = {
    ...withAgent(locked),
    "GET /v1/agents": ok(() => ({ items: [agent], cursor: null })),
    [`GET /v1/agents/${locked.id}`]: ok(() => agent),
    [`GET /v1/agents/${locked.id}/launch`]: ok(() => task?.launch()),
  };
  /** To be called before the vault is unlocked. */
  const join = async (page: Page) => {
    agent = locked; // a state that came too late is taken once more
    let socket: WebSocketRoute | undefined;
    const next = startFakeAgent({
      ...{ ...place, agentId: locked.id, generation: locked.generation, launchKey },
      send: (text) => socket?.send(text),
      onUnlocked: () => {
        agent = running;
        const about = { v: 1, agentId: agent.id, generation: agent.generation } as const;
        socket?.send(writeRelayControl({ ...about, control: "agent.changed", state: agent.state }));
      },
      onMessage: (message, from, channel) => answer(said, message, { from, channel }),
    });
    task = next;
    await page.routeWebSocket(/\/relay/, (opened) => {
      socket = opened;
      opened.onMessage((text) => next.receive(JSON.stringify({ ...JSON.parse(String(text)), from: "connection-1" })));
    });
  };
  return { answers, join };
}

function answer(
  { entries, tools }: Said,
  message: DeviceMessage,
  { from, channel }: { readonly from: Peer; readonly channel: AgentChannel },
): void {
  if (message.type === "chat.list") {
    const { requestId } = message;
    channel.tell(from, { type: "agent.status", openclaw: "ready" });
    channel.tell(from, { type: "chat.conversations", requestId, conversations: [conversationOf(entries)] });
  }
  if (message.type === "model.get") {
    const model = { kind: "demo", hasKey: false } as const;
    channel.tell(from, { type: "model.current", requestId: message.requestId, model });
  }
  if (message.type !== "chat.history" && message.type !== "chat.sync") return;
  const page = { requestId: message.requestId, conversationId, hasMore: false };
  if (message.type === "chat.history") channel.tell(from, { type: "chat.page", ...page, entries: [...entries] });
  else channel.tell(from, { type: "chat.synced", ...page, entries: [], ...underWay(entries, tools) });
}

const underWay = ([first]: readonly Entry[], tools: readonly ToolCall[] | undefined) =>
  first && tools ? { running: { runId: runOf(first.id), text: "", tools: [...tools] } } : {};
const runOf = (id: Id<"message">): string => `${id}.1`;

const conversationOf = (entries: readonly Entry[]): Conversation => ({
  ...{ id: conversationId, title: entries[0]?.text ?? "", lastSeq: entries.length },
  lastAt: Date.parse(ago(60_000)),
});
