import { Moon, Sun } from "lucide-react";
import type { Agent } from "#shared/contracts/agents.ts";
import { useOrder } from "../../lib/agent-session/use-agents.ts";
import { nextOrder } from "../rail/next-order.ts";
import { Entry } from "./entry.tsx";

const SAYS = { wake: (name: string) => `Wake ${name}`, stop: (name: string) => `Put ${name} to sleep` } as const;
const ICONS = { wake: Sun, stop: Moon } as const;

/** The one thing there is to do about an agent as it is. */
export function AgentEntries({ agent, done }: { agent: Agent; done: (act: () => unknown) => () => void }) {
  const { mutate } = useOrder(agent.id);
  const order = nextOrder(agent.state);
  if (!order) return null;
  return <Entry icon={ICONS[order]} says={SAYS[order](agent.name)} onPick={done(() => mutate(order))} />;
}
