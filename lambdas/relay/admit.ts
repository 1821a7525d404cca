import * as z from "zod";
import { useTicket } from "#lambdas/agents/rows/ticket.repository.ts";
import type { JobCtx } from "#platform/rules/context.ts";

/** What API Gateway asks before it opens a socket. */
export const Knock = z.object({
  methodArn: z.string(),
  queryStringParameters: z.object({ ticket: z.string().max(100) }),
});

/** The ticket is used up whatever happens next; what it was made for goes with every event of the socket. */
export async function admit({ directory }: JobCtx, { methodArn, queryStringParameters }: z.output<typeof Knock>) {
  const bearer = await useTicket(directory, queryStringParameters.ticket);
  const Effect = bearer ? "Allow" : "Deny";
  const Statement = [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }];
  return {
    principalId: bearer?.side ?? "nobody",
    policyDocument: { Version: "2012-10-17", Statement },
    context: bearer ? { bearer: JSON.stringify(bearer) } : {},
  };
}
