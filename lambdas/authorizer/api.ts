import { openData } from "#platform/data.ts";
import { openTokens } from "#platform/kms-token-key.ts";
import { serveAuthorizer } from "./authorizer.ts";

export const handler = serveAuthorizer(openTokens(), openData());
