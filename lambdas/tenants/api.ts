import { openDoor } from "#platform/door.ts";
import { readEnv } from "#platform/env.ts";
import { serve } from "#platform/http.ts";
import { sesMail } from "#platform/mail.ts";
import { tenantsContract } from "#shared/contracts/tenants.ts";
import { tenantsRoutes } from "./routes.ts";

const { ORIGIN: origin } = readEnv("ORIGIN");

export const handler = serve(tenantsContract, tenantsRoutes, openDoor({ origin, mail: sesMail() }));
