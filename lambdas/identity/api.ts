import { openDoor } from "#platform/door.ts";
import { readEnv } from "#platform/env.ts";
import { serve } from "#platform/http.ts";
import { openTokens } from "#platform/kms-token-key.ts";
import { sesMail } from "#platform/mail.ts";
import { cognitoPool } from "#platform/pool.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { identityRoutes } from "./routes.ts";

const { ORIGIN: origin } = readEnv("ORIGIN");
const ports = { origin, tokens: openTokens(), mail: sesMail(), pool: cognitoPool() };

export const handler = serve(identityContract, identityRoutes, openDoor(ports));
