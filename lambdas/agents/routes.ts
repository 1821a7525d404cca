import type { Implementation } from "#platform/pipe/http.ts";
import type { agentsContract } from "#shared/contracts/agents.ts";
import type { Starting } from "./lifecycle/start.ts";
import type { Telling } from "./lifecycle/tell.ts";
import { createAgent, getAgent, listAgents, renameAgent } from "./owner/agents.ts";
import { pause, remove, stop, wake } from "./owner/life.ts";
import { getChecklist, listEvents } from "./owner/reading.ts";
import { getEnvelope, getLaunch, putEnvelope } from "./owner/secrets.ts";

export type AgentsPorts = Telling & Pick<Starting, "machines">;

export const agentsRoutes: Implementation<typeof agentsContract, AgentsPorts> = {
  checklist: getChecklist,
  create: createAgent,
  list: listAgents,
  get: getAgent,
  rename: renameAgent,
  wake,
  pause,
  stop,
  remove,
  launch: getLaunch,
  getEnvelope,
  putEnvelope,
  listEvents,
};
