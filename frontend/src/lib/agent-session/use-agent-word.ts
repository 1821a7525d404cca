import { useSyncExternalStore } from "react";
import type { OpenClawWord } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { useSessions } from "./use-sessions.ts";
import { wordOf } from "./view/say.ts";
import { EMPTY_VIEW } from "./view/view.ts";

/** What an agent says of itself at this moment, where this page speaks with it. */
export function useAgentWord(agentId: Agent["id"]): OpenClawWord | undefined {
  const view = useSessions()?.known(agentId)?.view;
  return wordOf(useSyncExternalStore(view?.subscribe ?? NEVER, view?.get ?? EMPTY));
}

const NEVER = () => () => undefined;
const EMPTY = () => EMPTY_VIEW;
