import { relayConnections } from "#platform/connections.ts";
import { openDoor } from "#platform/door.ts";
import { serve } from "#platform/http.ts";
import { openTokens } from "#platform/kms-token-key.ts";
import { sfnMachines } from "#platform/machines.ts";
import { s3Objects } from "#platform/objects.ts";
import { tasksContract } from "#shared/contracts/tasks.ts";
import { tasksRoutes } from "./routes.ts";

const ports = {
  tokens: openTokens(),
  machines: sfnMachines(),
  connections: relayConnections(),
  objects: s3Objects(),
};

export const handler = serve(tasksContract, tasksRoutes, openDoor(ports));
