import { openData } from "#platform/tables/data.ts";
import { openTokens } from "#platform/tokens/kms-token-key.ts";
import { serveAuthorizer } from "./authorizer.ts";

export const handler = serveAuthorizer(openTokens(), openData());
