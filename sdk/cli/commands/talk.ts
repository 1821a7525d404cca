import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Unlocked } from "../../unlocked.ts";
import { confirm, isTerminal, note, plain } from "../terminal.ts";

interface TalkInput {
  readonly conversationId: Id<"conversation">;
  /** Print nothing while the answer comes. */
  readonly isQuiet: boolean;
}

/** One conversation with one agent: what is said is kept until the agent has it, and the answer is printed as it is written. */
export interface Talk {
  /** The agent's answer, when it is whole. */
  say(text: string): Promise<Entry>;
  close(): void;
}

export function openTalk(unlocked: Unlocked, agentId: Id<"agent">, { conversationId, isQuiet }: TalkInput): Talk {
  let asked: Id<"message"> | undefined;
  let heardSeq = 0; // what came before the question need not be sent again
  let printed = "";
  let settle: { done: (entry: Entry) => void; fail: (error: Error) => void } | undefined;
  let ready = makeReady();

  const print = (text: string) => {
    if (!isQuiet && text.startsWith(printed)) process.stdout.write(plain(text.slice(printed.length)));
    printed = text;
  };
  const finish = (entry: Entry) => {
    print(entry.text);
    if (!isQuiet) process.stdout.write("\n");
    settle?.done(entry);
    settle = undefined;
  };
  /** After a pause: the answer may have come to its end meanwhile. */
  const catchUp = (entries: readonly Entry[]) => {
    const from = entries.findIndex(({ id }) => id === asked);
    const answer = entries.slice(from + 1).find(({ role }) => role === "assistant");
    if (from >= 0 && answer) finish(answer);
  };
  const hear = (message: AgentMessage) => {
    if (message.type === "chat.entry" && message.entry.id === asked) heardSeq = message.entry.seq - 1;
    if (!settle || !("conversationId" in message) || message.conversationId !== conversationId) return;
    if (message.type === "chat.delta") print(printed.slice(0, message.offset) + message.text);
    if (message.type === "chat.tool" && message.state === "running" && !isQuiet) note(`… ${plain(message.name)}`);
    if (message.type === "chat.end") finish(message.entry);
    if (message.type === "chat.synced") catchUp(message.entries);
    if (message.type === "approval.requested") void decide(message);
  };
  const decide = async ({ approvalId, title, description }: Extract<AgentMessage, { type: "approval.requested" }>) => {
    note(plain(`${title}\n${description}`));
    const isAllowed = isTerminal() && (await confirm("Allow this once?"));
    if (!isAllowed) note("Denied.");
    const decision = isAllowed ? "allow-once" : "deny";
    await link.send({ type: "approval.resolve", msgId: newId("message", new Date()), approvalId, decision });
  };

  const link = unlocked.openLink(agentId, {
    onState(state) {
      if (state.is === "blocked") {
        const error = new CryptoError(state.code as CryptoError["code"]); // the link took it from one
        ready.reject(error);
        settle?.fail(error);
      }
      if (state.is === "open" || state.is === "asleep" || state.is === "starting") ready.resolve();
      else if (state.is === "connecting") ready = makeReady();
    },
    onAgent: () => undefined,
    onMessage: hear,
    onSession() {
      const requestId = crypto.randomUUID().slice(0, 30);
      if (asked) link.tell({ type: "chat.sync", requestId, conversationId, afterEntrySeq: heardSeq });
    },
    onUndelivered: () => settle?.fail(new Error("The message was too old when the agent woke. Say it again.")),
  });

  return {
    async say(text) {
      await ready.promise;
      asked = newId("message", new Date());
      printed = "";
      const answered = new Promise<Entry>((done, fail) => {
        settle = { done, fail };
      });
      await link.send({ type: "chat.send", msgId: asked, conversationId, text });
      return answered;
    },
    close: () => link.close(),
  };
}

/** Refused or not, nobody has to be waiting for it. */
function makeReady(): PromiseWithResolvers<void> {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  return ready;
}
