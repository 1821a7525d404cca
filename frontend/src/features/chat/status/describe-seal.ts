import type { SealTrouble } from "../../../components/seal/seal.tsx";
import type { AgentView } from "../../../lib/agent-session/view/view.ts";
import { describeBlock } from "./describe-block.ts";

/** What is amiss with the seal of a conversation, as far as this device knows; undefined while nothing is. */
export function describeSeal(
  { link, start }: Pick<AgentView, "link" | "start">,
  agentName: string,
): SealTrouble | undefined {
  if (link.is === "blocked") {
    const { title, what, todo } = describeBlock(link.code);
    return { tone: "bad", words: "Blocked", title, what, todo };
  }
  return start?.isTaken ? { ...FIRST_START, what: whatOf(agentName), number: start.image } : undefined;
}

const FIRST_START = {
  tone: "warn",
  words: "Sealed, first start",
  title: "Sealed to a program that nobody compared yet",
  todo: "Ask your operator which image this agent should run. If it is not this one, put the agent to sleep and do not wake it.",
} as const;

const whatOf = (agentName: string): string =>
  `This device had not unlocked ${agentName} before. It took the image, and the key that vouches for it, as the platform named them. From the next start on it refuses another key, and asks about another image.`;
