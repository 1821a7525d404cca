import { readEnv } from "#platform/env.ts";
import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { sesMail } from "#platform/services/mail.ts";
import { recoveryContract } from "#shared/contracts/recovery.ts";
import { recoveryRoutes } from "./routes.ts";

const { ORIGIN: origin, RECOVERY_DELAY_SECONDS: delaySeconds } = readEnv("ORIGIN", "RECOVERY_DELAY_SECONDS");

export const handler = serve(recoveryContract, recoveryRoutes, openDoor({ origin, mail: sesMail(), delaySeconds }));
