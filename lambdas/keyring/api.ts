import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { keyringRoutes } from "./routes.ts";

export const handler = serve(keyringContract, keyringRoutes, openDoor({}));
