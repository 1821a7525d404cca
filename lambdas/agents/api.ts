import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { agentsRoutes } from "./routes.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serve(agentsContract, agentsRoutes, openDoor(ports));
