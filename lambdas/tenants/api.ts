import { readEnv } from "#platform/env.ts";
import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { sesMail } from "#platform/services/mail.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { tenantsRoutes } from "./routes.ts";

const { ORIGIN: origin } = readEnv("ORIGIN");

export const handler = serve(tenantsContract, tenantsRoutes, openDoor({ origin, mail: sesMail() }));
