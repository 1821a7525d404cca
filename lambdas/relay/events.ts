import * as z from "zod";
import { Bearer } from "#lambdas/agents/rows/ticket.repository.ts";
import { parseJson } from "#shared/channel/envelope.ts";
import { enter, leave } from "./coming-and-going.ts";
import { passOn } from "./frames.ts";
import type { RelayCtx } from "./peers.ts";

/** What API Gateway tells of a socket. `authorizer` is what our own authorizer said when it opened: the socket cannot write it. */
export const SocketEvent = z.object({
  requestContext: z.object({
    routeKey: z.enum(["$connect", "$disconnect", "$default"]),
    connectionId: z.string().min(1).max(128),
    authorizer: z.object({ bearer: z.string().transform(parseJson).pipe(Bearer) }).optional(),
  }),
  body: z.string().nullish(),
});

export async function handleEvent(
  ctx: RelayCtx,
  { requestContext, body }: z.output<typeof SocketEvent>,
): Promise<{ readonly statusCode: number }> {
  const { routeKey, connectionId, authorizer } = requestContext;
  if (routeKey === "$disconnect") await leave(ctx, connectionId);
  if (routeKey === "$default") await passOn(ctx, connectionId, body ?? "");
  if (routeKey !== "$connect") return { statusCode: 200 };
  const isLetIn = authorizer !== undefined && (await enter(ctx, connectionId, authorizer.bearer));
  return { statusCode: isLetIn ? 200 : 403 };
}
