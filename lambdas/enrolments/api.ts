import { readEnv } from "#platform/env.ts";
import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { sesMail } from "#platform/services/mail.ts";
import { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { enrolmentsRoutes } from "./routes.ts";

const { ORIGIN: origin } = readEnv("ORIGIN");

export const handler = serve(enrolmentsContract, enrolmentsRoutes, openDoor({ origin, mail: sesMail() }));
