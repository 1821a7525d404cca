import { relayConnections } from "#platform/connections.ts";
import { openDoor } from "#platform/door.ts";
import { serve } from "#platform/http.ts";
import { sfnMachines } from "#platform/machines.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { agentsRoutes } from "./routes.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serve(agentsContract, agentsRoutes, openDoor(ports));
