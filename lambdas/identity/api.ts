import { readEnv } from "#platform/env.ts";
import { openDoor } from "#platform/pipe/door.ts";
import { serve } from "#platform/pipe/http.ts";
import { sesMail } from "#platform/services/mail.ts";
import { cognitoPool } from "#platform/services/pool.ts";
import { openTokens } from "#platform/tokens/kms-token-key.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import { identityRoutes } from "./routes.ts";

const { ORIGIN: origin, LINKS_PER_ADDRESS: linksPerAddress } = readEnv("ORIGIN", "LINKS_PER_ADDRESS");
const ports = { origin, linksPerAddress, tokens: openTokens(), mail: sesMail(), pool: cognitoPool() };

export const handler = serve(identityContract, identityRoutes, openDoor(ports));
