import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { s3Objects } from "#platform/services/objects.ts";
import { openTokens } from "#platform/tokens/kms-token-key.ts";
import { tasksContract } from "#shared/contracts/tasks.ts";
import { tasksRoutes } from "./routes.ts";

const ports = {
  tokens: openTokens(),
  machines: sfnMachines(),
  connections: relayConnections(),
  objects: s3Objects(),
};

export const handler = serve(tasksContract, tasksRoutes, openDoor(ports));
