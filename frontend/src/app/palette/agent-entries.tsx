import { Moon, Sun } from "lucide-react";
import type { Agent } from "#shared/contracts/agents.ts";
import { nextOrder } from "../../components/agent/orders.ts";
import { useSleep } from "../../components/agent/use-sleep.ts";
import { Entry } from "./entry.tsx";

/** The one thing there is to do about an agent as it is. */
export function AgentEntries({ agent, done }: { agent: Agent; done: (act: () => unknown) => () => void }) {
  const { sleep, wake } = useSleep(agent);
  const next = nextOrder(agent.state);
  if (!next) return null;
  if (next === "wake") return <Entry icon={Sun} says={`Wake ${agent.name}`} onPick={done(wake)} />;
  return <Entry icon={Moon} says={`Put ${agent.name} to sleep`} onPick={done(sleep)} />;
}
