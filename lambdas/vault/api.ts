import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { s3Objects } from "#platform/services/objects.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { vaultRoutes } from "./routes.ts";

export const handler = serve(vaultContract, vaultRoutes, openDoor({ objects: s3Objects() }));
