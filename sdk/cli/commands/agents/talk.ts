import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import type { Undelivered } from "#shared/channel/delivery/stores.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Unlocked } from "../../../unlocked.ts";
import { confirm, isTerminal, note, plain } from "../../terminal.ts";

type RunMessage = Extract<AgentMessage, { runId: string }>;

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
  const fail = (error: Error) => {
    settle?.fail(error);
    settle = undefined;
  };
  /** Others may ask in the same conversation, on other devices. */
  const isOurs = (runId: string) => asked !== undefined && runId.startsWith(asked);
  /** After a pause: the answer may have come to its end meanwhile. */
  const catchUp = (entries: readonly Entry[]) => {
    const from = entries.findIndex(({ id }) => id === asked);
    const answer = entries.slice(from + 1).find(({ role, to = asked }) => role === "assistant" && to === asked);
    if (from >= 0 && answer) finish(answer);
  };
  const hear = (message: AgentMessage) => {
    if (message.type === "chat.entry" && message.entry.id === asked) heardSeq = message.entry.seq - 1;
    if (!settle || !("conversationId" in message) || message.conversationId !== conversationId) return;
    if ("runId" in message && isOurs(message.runId)) hearRun(message);
    if (message.type === "chat.synced") catchUp(message.entries);
    if (message.type === "approval.requested") void decide(message);
  };
  const hearRun = (message: RunMessage) => {
    if (message.type === "chat.end") return finish(message.entry);
    if (message.type === "chat.tool") {
      if (message.state === "running" && !isQuiet) note(`… ${plain(message.name)}`);
    } else if (message.offset <= printed.length) print(printed.slice(0, message.offset) + message.text); // what was missed comes with the end
  };
  const decide = async ({ approvalId, title, description }: Extract<AgentMessage, { type: "approval.requested" }>) => {
    note(plain(`${title}\n${description}`));
    const isAllowed = isTerminal() && (await confirm("Allow this once?"));
    if (!isAllowed) note("Denied.");
    const decision = isAllowed ? "allow-once" : "deny";
    const answer = { type: "approval.resolve", msgId: newId("message", new Date()), approvalId, decision } as const;
    await link.send(answer).catch(() => note("The decision could not be sent: the agent denies by itself."));
  };

  const link = unlocked.openLink(agentId, {
    onState(state) {
      if (state.is === "blocked") {
        const error = new CryptoError(state.code as CryptoError["code"]); // the link took it from one
        ready.reject(error);
        fail(error);
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
    onUndelivered(id, why) {
      if (id === asked) fail(new Error(`${LOST[why]} Say it again.`));
      else note(`A message that was left before did not reach the agent. ${LOST[why]}`);
    },
  });

  return {
    async say(text) {
      await ready.promise;
      asked = newId("message", new Date());
      printed = "";
      const answered = new Promise<Entry>((done, fail) => {
        settle = { done, fail };
      });
      await link.send({ type: "chat.send", msgId: asked, conversationId, text }).catch((error: unknown) => {
        settle = undefined;
        throw error;
      });
      return answered;
    },
    close: () => link.close(),
  };
}

const LOST: Record<Undelivered, string> = {
  too_old: "It was too old when the agent woke.",
  unreadable: "It was left before the keys were changed, and does not open any more.",
};

/** Refused or not, nobody has to be waiting for it. */
function makeReady(): PromiseWithResolvers<void> {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  return ready;
}
