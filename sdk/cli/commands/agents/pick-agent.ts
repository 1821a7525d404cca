import type { Agent } from "#shared/contracts/agents.ts";
import type { Ocmt } from "../../../ocmt.ts";
import { NotFound, UsageError } from "../../failure.ts";

export async function listAgents({ api }: Ocmt): Promise<Agent[]> {
  const all: Agent[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.agents.list({ limit: 100, ...(cursor && { cursor }) });
    all.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return all;
}

/** By its name or its id. @throws NotFound, UsageError where several have the name */
export async function pickAgent(ocmt: Ocmt, wanted: string): Promise<Agent> {
  const found = (await listAgents(ocmt)).filter(({ id, name }) => id === wanted || name === wanted);
  const [agent] = found;
  if (!agent) throw new NotFound(`You have no agent "${wanted}". See: ocmt agent ls`);
  if (found.length > 1) throw new UsageError(`${found.length} agents are named "${wanted}". Say which by its id.`);
  return agent;
}
