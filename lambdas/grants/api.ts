import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { grantsContract } from "#shared/contracts/grants.ts";
import { grantsRoutes } from "./routes.ts";

export const handler = serve(grantsContract, grantsRoutes, openDoor({ connections: relayConnections() }));
