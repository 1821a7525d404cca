import type { AgentMessage, DeviceMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { Id } from "#shared/ids.ts";
import { syncFrom } from "./view/hear-thread.ts";
import type { Store } from "./view/store.ts";
import { type AgentView, threadOf, withThread } from "./view/view.ts";

const PAGE_ENTRIES = 50;
const ASK_AGAIN_MS = 3_000;

export interface AskPort {
  readonly view: Store<AgentView>;
  /** False when there is no session: whoever asks, asks again when there is one. */
  readonly tell: (message: Fleeting<DeviceMessage>) => boolean;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}

/** What this device asks its agent for: once at a time for each thing, and again when the agent was busy. */
export function askAgent({ view, tell, startTimer }: AskPort) {
  const asked = new Map<
    string,
    { readonly what: string; readonly again: () => void; readonly about?: Id<"conversation"> }
  >();
  const timers = new Set<() => void>();

  const ask = (
    what: string,
    again: () => void,
    write: (requestId: string) => Fleeting<DeviceMessage>,
    about?: Id<"conversation">,
  ) => {
    if ([...asked.values()].some((one) => one.what === what)) return;
    const requestId = crypto.randomUUID();
    if (tell(write(requestId))) asked.set(requestId, { what, again, ...(about && { about }) });
  };
  const later = (again: () => void) => {
    const stop = startTimer(ASK_AGAIN_MS, () => {
      timers.delete(stop);
      again();
    });
    timers.add(stop);
  };

  const list = () => ask("list", list, (requestId) => ({ type: "chat.list", requestId }));
  const model = () => ask("model", model, (requestId) => ({ type: "model.get", requestId }));
  const sync = (conversationId: Id<"conversation">) => {
    const afterEntrySeq = syncFrom(threadOf(view.get(), conversationId));
    const write = (requestId: string) => ({ type: "chat.sync" as const, requestId, conversationId, afterEntrySeq });
    ask(`sync ${conversationId}`, () => sync(conversationId), write, conversationId);
  };
  const page = (conversationId: Id<"conversation">) => {
    const first = threadOf(view.get(), conversationId).entries[0]?.seq;
    const before = first === undefined ? {} : { before: first };
    const write = (requestId: string) => ({
      type: "chat.history" as const,
      requestId,
      conversationId,
      limit: PAGE_ENTRIES,
      ...before,
    });
    ask(`page ${conversationId}`, () => page(conversationId), write, conversationId);
  };

  return {
    list,
    model,
    page,
    /** All of a conversation that this device lacks: the newest page first, then what came since, and a run under way. */
    catchUp: (id: Id<"conversation">) => (threadOf(view.get(), id).isLoaded ? sync(id) : page(id)),
    /** To be called for each message after it was heard. */
    heard(message: AgentMessage) {
      if (!("requestId" in message)) return;
      const request = asked.get(message.requestId);
      asked.delete(message.requestId);
      if (message.type === "chat.page" && request?.about) sync(request.about);
      if (message.type === "chat.synced" && message.hasMore && request) request.again();
      if (message.type !== "request.failed" || !request) return;
      const { about } = request;
      if (message.code !== "not_found") later(request.again);
      else if (about) view.change((now) => withThread(now, about, (thread) => ({ ...thread, isLoaded: true })));
    },
    /** A session ended: what was asked in it is not answered any more. */
    forget() {
      asked.clear();
      for (const stop of timers) stop();
      timers.clear();
    },
  };
}

export type Asker = ReturnType<typeof askAgent>;
