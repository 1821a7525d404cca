import { relayConnections } from "#platform/connections.ts";
import { openDoor } from "#platform/door.ts";
import { serve } from "#platform/http.ts";
import { sfnMachines } from "#platform/machines.ts";
import { chatContract } from "#shared/contracts/chat.ts";
import { chatRoutes } from "./routes.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serve(chatContract, chatRoutes, openDoor(ports));
