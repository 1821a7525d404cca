import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { chatContract } from "#shared/contracts/chat.ts";
import { chatRoutes } from "./routes.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serve(chatContract, chatRoutes, openDoor(ports));
