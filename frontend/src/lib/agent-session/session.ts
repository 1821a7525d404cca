import type { AgentMessage, DeviceMessage, Kept } from "#shared/channel/app-protocol.ts";
import type { Undelivered } from "#shared/channel/delivery/stores.ts";
import { ApiError } from "#shared/client/api-client.ts";
import type { AgentLink, LinkInput, LinkState } from "#shared/client/link/link.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, newId } from "#shared/ids.ts";
import { type Asker, askAgent } from "./ask-agent.ts";
import type { Notes } from "./notes.ts";
import { hearMessage } from "./view/hear-message.ts";
import { keepView } from "./view/keep-view.ts";
import { addUnsent, answerApproval, changeUnsent, dropUnsent, failUndelivered, seeLost } from "./view/say.ts";
import { makeStore, type Store } from "./view/store.ts";
import { type AgentView, EMPTY_VIEW, threadOf, type Unsent } from "./view/view.ts";

export type LinkEvents = Pick<LinkInput, "onState" | "onAgent" | "onMessage"> &
  Required<Pick<LinkInput, "onStart" | "onSession" | "onUndelivered">>;

export interface SessionPort {
  readonly agentId: Agent["id"];
  readonly openLink: (events: LinkEvents) => AgentLink;
  readonly notes: Notes;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}

type Cid = Id<"conversation">;

/** This device's dealings with one agent, for the whole app: what is known of it, and what can be said to it. */
export interface AgentSession {
  readonly view: Store<AgentView>;
  /** A page shows this conversation: it is loaded, and caught up with after each pause. */
  show(conversationId: Cid): () => void;
  loadEarlier(conversationId: Cid): void;
  say(conversationId: Cid, text: string): void;
  sayAgain(unsent: Unsent): void;
  unsay(unsent: Unsent): void;
  /** What was lost was read: it is not shown again. */
  seeLost(): void;
  abort(conversationId: Cid): void;
  rename(conversationId: Cid, title: string): Promise<void>;
  remove(conversationId: Cid): Promise<void>;
  resolve(approvalId: string, decision: "allow-once" | "deny"): void;
  setModel(model: ModelChoice): Promise<void>;
  /** One's word to what another person's agent wants of this one. */
  decide(useId: Id<"use">, decision: "allow-once" | "deny"): void;
  /** Look at the agent again now. */
  refresh(): void;
  close(): void;
}

export function openAgentSession(port: SessionPort): AgentSession {
  const view = makeStore<AgentView>(EMPTY_VIEW);
  const shown = new Map<Cid, number>();
  const keeper = keepView({ ...port, view });
  const isRestored = keeper.readOverview().catch(() => undefined); // this browser keeps nothing
  const asker: Asker = askAgent({ view, startTimer: port.startTimer, tell: (message) => link.tell(message) });
  const catchUpAll = () => {
    for (const id of shown.keys()) asker.catchUp(id);
  };
  const hear = (message: AgentMessage) => {
    view.change((now) => hearMessage(now, message));
    asker.heard(message);
    if (message.type === "chat.deleted") void keeper.forgetThread(message.conversationId);
    for (const id of shown.keys()) if (threadOf(view.get(), id).hasGap) asker.catchUp(id);
  };
  const link = port.openLink({
    onState: (state) => view.change((now) => enterState(now, state)),
    onAgent: (agent) => view.change((now) => ({ ...now, agent })),
    onStart: (start) => view.change((now) => ({ ...now, start })),
    onMessage: hear,
    onSession: () => {
      asker.forget();
      asker.list();
      asker.model();
      catchUpAll();
    },
    onUndelivered: (id, why) => void isRestored.then(() => view.change((now) => failUndelivered(now, id, why))),
  });

  return {
    view,
    ...speaking(port, view, link),
    show(id) {
      shown.set(id, (shown.get(id) ?? 0) + 1);
      void keeper.readThread(id).then(() => shown.has(id) && asker.catchUp(id));
      return () => void leave(shown, id);
    },
    loadEarlier: asker.page,
    async remove(conversationId) {
      await link.send({ type: "chat.delete", msgId: newId("message", new Date(port.now())), conversationId });
      hear({ type: "chat.deleted", conversationId });
    },
    refresh: link.refresh,
    close() {
      asker.forget();
      keeper.close();
      link.close();
    },
  };
}

/** What the agent said of itself holds for as long as it is heard: the next task may be another, which boots. */
function enterState(view: AgentView, link: LinkState): AgentView {
  const isOpen = link.is === "open";
  return { ...view, link, wasOpen: view.wasOpen || isOpen, status: isOpen ? view.status : undefined };
}

function leave(shown: Map<Cid, number>, id: Cid): void {
  const left = (shown.get(id) ?? 1) - 1;
  if (left > 0) shown.set(id, left);
  else shown.delete(id);
}

type Speaking = Omit<AgentSession, "view" | "show" | "loadEarlier" | "remove" | "refresh" | "close">;

function speaking({ now }: SessionPort, view: Store<AgentView>, link: AgentLink): Speaking {
  const msgId = () => newId("message", new Date(now()));
  const send = async (unsent: Unsent) => {
    view.change((shown) => addUnsent(shown, { ...unsent, state: "sending", problem: undefined }));
    const { conversationId, text } = unsent;
    const change = await link
      .send({ type: "chat.send", msgId: unsent.msgId, conversationId, text })
      .then(() => ({ state: "kept" as const }))
      .catch((error: unknown) => ({ state: "failed" as const, problem: problemOf(error) }));
    view.change((shown) => changeUnsent(shown, unsent, change));
  };
  const order = (message: Kept<DeviceMessage>) => link.send(message);

  return {
    say: (conversationId, text) => void send({ msgId: msgId(), conversationId, text, at: now(), state: "sending" }),
    sayAgain(unsent) {
      if (!isUndelivered(unsent)) return void send(unsent); // its id stays, so that it arrives once
      view.change((shown) => dropUnsent(shown, unsent));
      void send({ ...unsent, msgId: msgId(), at: now() });
    },
    unsay: (unsent) => view.change((shown) => dropUnsent(shown, unsent)),
    seeLost: () => view.change(seeLost),
    abort: (conversationId) =>
      void order({ type: "chat.abort", msgId: msgId(), conversationId }).catch(() => undefined),
    async rename(conversationId, title) {
      await order({ type: "chat.rename", msgId: msgId(), conversationId, title });
      const known = view.get().conversations?.find(({ id }) => id === conversationId);
      if (known)
        view.change((shown) => hearMessage(shown, { type: "chat.renamed", conversation: { ...known, title } }));
    },
    resolve(approvalId, decision) {
      view.change((shown) => answerApproval(shown, approvalId, decision));
      order({ type: "approval.resolve", msgId: msgId(), approvalId, decision }).catch(() =>
        view.change((shown) => answerApproval(shown, approvalId, undefined)),
      );
    },
    decide: (useId, decision) => void link.tell({ type: "lending.decide", useId, decision }),
    setModel: (model) => order({ type: "model.set", msgId: msgId(), model }),
  };
}

const problemOf = (error: unknown): string => (error instanceof ApiError ? error.code : "unreachable");

/** Under its id neither the agent nor the platform's queue would take it again. */
const isUndelivered = ({ problem }: Unsent): boolean => UNDELIVERED.some((why) => why === problem);
const UNDELIVERED = ["too_old", "unreadable"] as const satisfies readonly Undelivered[];
