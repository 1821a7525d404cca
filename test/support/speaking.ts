import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { newId } from "#shared/ids.ts";
import type { Person } from "./person.ts";

type Asked = Extract<AgentMessage, { type: "approval.requested" }>;

/** A person who speaks with their agent, and everything that it answered. */
export interface Speaking {
  readonly said: string[];
  say(text: string): Promise<string>;
  /** Says it, and allows the call that it leads to. */
  sayAndAllow(text: string): Promise<{ readonly asked: Asked; readonly text: string }>;
}

export function speaking(person: Person): Speaking {
  const said: string[] = [];
  const hear = async (message: Awaited<ReturnType<Person["say"]>>) => {
    const reply = await person.replyTo(message);
    said.push(reply.text, JSON.stringify(reply.tools));
    return reply.text;
  };
  return {
    said,
    say: async (text) => hear(await person.say(text)),
    async sayAndAllow(text) {
      const from = person.messages.length;
      const message = await person.say(text);
      const asked = await person.until(() => person.messages.slice(from).find(isAsked));
      const msgId = newId("message", new Date());
      const { approvalId } = asked;
      await person.link?.send({ type: "approval.resolve", msgId, approvalId, decision: "allow-once" });
      return { asked, text: await hear(message) };
    },
  };
}

const isAsked = (one: AgentMessage): one is Asked => one.type === "approval.requested";
