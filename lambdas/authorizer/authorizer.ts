import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { log, traceOf } from "#platform/log.ts";
import type { AuthorizerClaims } from "#platform/rules/authorizer-claims.ts";
import type { Data } from "#platform/tables/data.ts";
import type { Tokens } from "#platform/tokens/token.ts";
import { recognise } from "./recognise.ts";

interface Answer {
  readonly isAuthorized: true;
  readonly context: AuthorizerClaims | { readonly kind: "nobody" };
}

/**
 * API Gateway asks who a request is from and keeps the answer for five seconds. A token or key that does not hold is
 * answered as "nobody" and not as a refusal: the function behind turns nobody away with 401 and our own problem, where
 * API Gateway would say 403 without a word. No function reads a claim of `kind: "nobody"`.
 */
export function serveAuthorizer(tokens: Tokens, data: Data) {
  return async (event: APIGatewayRequestAuthorizerEventV2): Promise<Answer> => {
    const { requestId } = event.requestContext;
    try {
      const credential = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(event.headers?.["authorization"] ?? "")?.[1];
      const claims = credential === undefined ? undefined : await recognise(credential, tokens, data);
      log.info("authorizer.done", { requestId, code: claims?.kind ?? "nobody" });
      return { isAuthorized: true, context: claims ?? { kind: "nobody" } };
    } catch (error) {
      log.error("authorizer.failed", { requestId, ...traceOf(error) });
      throw error; // the table or KMS did not answer: API Gateway says 500, nobody is let in
    }
  };
}
