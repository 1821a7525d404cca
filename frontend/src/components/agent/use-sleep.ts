import type { Agent } from "#shared/contracts/agents.ts";
import { useOrder } from "../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { isReplying } from "../../lib/agent-session/view/say.ts";
import { makeStore } from "../../lib/agent-session/view/store.ts";

/** The agent that is answering while somebody wants it to sleep: the dialog asks about that one. */
export const askedAbout = makeStore<Agent | undefined>(undefined);

/** Sleep and wake, the same from everywhere. Sleep can be undone, so nothing is asked unless an answer would be cut off. */
export function useSleep(agent: Agent) {
  const order = useOrder(agent.id);
  const sessions = useSessions();
  const sleep = () => {
    const view = sessions?.known(agent.id)?.view.get();
    if (view && isReplying(view)) askedAbout.change(() => agent);
    else order.mutate("stop");
  };
  return { order, sleep, wake: () => order.mutate("wake") };
}
