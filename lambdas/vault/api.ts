import { openDoor } from "#platform/door.ts";
import { serve } from "#platform/http.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { vaultRoutes } from "./routes.ts";

export const handler = serve(vaultContract, vaultRoutes, openDoor({}));
