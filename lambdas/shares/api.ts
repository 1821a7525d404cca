import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { sharesContract } from "#shared/contracts/shares.ts";
import { sharesRoutes } from "./routes.ts";

export const handler = serve(sharesContract, sharesRoutes, openDoor({}));
