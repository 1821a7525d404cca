import type { SealTrouble } from "../../../components/seal/seal.tsx";
import type { AgentView } from "../../../lib/agent-session/view/view.ts";
import { describeBlock } from "./describe-block.ts";

/** What is amiss with the seal of a conversation, as far as this device knows; undefined while nothing is. */
export function describeSeal(
  { link, start }: Pick<AgentView, "link" | "start">,
  agentName: string,
  isLocal: boolean,
): SealTrouble | undefined {
  if (link.is === "blocked") {
    const { title, what, todo } = describeBlock(link.code, isLocal);
    return { tone: "bad", words: "Blocked", title, what, todo };
  }
  if (!start?.isTaken) return undefined;
  const before = `This device had not unlocked ${agentName} before.`;
  if (isLocal) return { ...FIRST_LOCAL_START, what: `${before} ${LOCALLY}` };
  return { ...FIRST_START, what: `${before} ${DEPLOYED}`, number: start.image };
}

const FIRST_START = {
  tone: "warn",
  words: "Sealed, first start",
  title: "Sealed to a program that nobody compared yet",
  todo: "Ask your operator which image this agent should run. If it is not this one, put the agent to sleep and do not wake it.",
} as const;
const DEPLOYED =
  "It took the image, and the key that vouches for it, as the platform named them. From the next start on it refuses another key, and asks about another image.";

/** There is no operator and no published image: whoever runs the product here built the program. */
const FIRST_LOCAL_START = {
  ...FIRST_START,
  title: "Sealed to a process of this machine",
  todo: "Nothing, as long as this machine is yours. It is for trying OCMT out.",
} as const;
const LOCALLY =
  "OCMT runs on this machine alone, and the agent is one of its processes. Nothing attests what that process is: whoever may change files or processes here may change it. From the next start on this device refuses another launch key, and asks when the program is another.";
