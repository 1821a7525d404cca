import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Contract, Input, Reply, Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { authorize } from "./access.ts";
import { type Actor, actorId, type CtxOf, type Request } from "./context.ts";
import { openCursor, sealCursor } from "./cursor.ts";
import type { Directory } from "./directory.ts";
import { beginOnce } from "./idempotency.ts";
import { log, traceOf } from "./log.ts";
import { problemReply, sendReply } from "./reply.ts";
import { checkOrigin, parseInput, readRequest } from "./request.ts";
import { findRoute, mapRoutes, type RouteEntry } from "./routes.ts";
import type { TenantTable } from "./table.ts";

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/** What a domain must supply: one function for each route of its contract, no more, no less. */
export type Implementation<C extends Contract, P> = {
  readonly [K in keyof C]: (ctx: CtxOf<C[K]["access"]> & P, input: Input<C[K]>) => Promise<Reply<C[K]>>;
};

/** How a request is let in: who is asking, and what they may touch. `ports` are the services the domain works with. */
export interface Door<P extends object> {
  readonly origin: string;
  readonly ports: P;
  readonly now: () => Date;
  readonly directory: Directory;
  identify(event: HttpEvent, route: Route): Actor;
  enterTenant(tenantId: Id<"tenant">): TenantTable;
}

type Serve = (ctx: unknown, input: unknown) => Promise<unknown>;

/** The life of one request, in the order it is lived. */
export function serve<C extends Contract, P extends object>(
  contract: C,
  implementation: Implementation<C, P>,
  door: Door<P>,
): (event: HttpEvent) => Promise<HttpResult> {
  const routes = mapRoutes(contract);

  return async (event) => {
    const started = performance.now();
    const requestId = event.requestContext.requestId;
    let actor: Actor = { kind: "anyone" };
    let status = 500;
    let failure: AppError | undefined;
    const cookies: string[] = [];
    try {
      const entry = findRoute(routes, event.routeKey);
      actor = door.identify(event, entry.route);
      authorize(actor, entry.route.access); // before the body is read
      const request = readRequest(event, requestId, cookies);
      const run = implementation[entry.name as keyof C] as unknown as Serve; // the entry was made from this contract's route
      const body = await answer(entry, run, { event, door, actor, request });
      status = entry.status;
      return sendReply(status, body, requestId, cookies);
    } catch (thrown) {
      failure = thrown instanceof AppError ? thrown : new AppError("internal", { cause: thrown });
      status = failure.status;
      return problemReply(failure, requestId, cookies);
    } finally {
      writeLine({ requestId, route: event.routeKey, actor, status, failure, started });
    }
  };
}

interface Asked {
  readonly event: HttpEvent;
  readonly door: Door<object>;
  readonly actor: Actor;
  readonly request: Request;
}

async function answer(entry: RouteEntry, run: Serve, { event, door, actor, request }: Asked): Promise<unknown> {
  const { route } = entry;
  if (route.access === "public") checkOrigin(event, door.origin);
  const input = parseInput(entry, event);
  const { now, directory, ports } = door;
  const enterTenant = (tenantId: Id<"tenant">): TenantTable => door.enterTenant(tenantId);
  const tenantId = tenantOf(actor);
  const table = tenantId && door.enterTenant(tenantId);
  const ctx = { ...ports, actor, now, directory, enterTenant, request, ...(table ? { table } : {}) };

  const list = entry.isPaged && table ? { table, actorId: actorId(actor), routeKey: event.routeKey, now: now() } : null;
  if (list) await openCursor(list, input);
  const once = entry.isOnce ? await beginOnce({ event, actor, table, directory, now: now(), input }) : undefined;
  if (once?.replay !== undefined) return once.replay;
  try {
    const reply = route.reply.parse(await run(ctx, input)); // parsing drops what the contract does not name
    if (list) await sealCursor(list, input, reply);
    await once?.finish(reply);
    return reply;
  } catch (error) {
    if (error instanceof AppError) await once?.forget();
    throw error;
  }
}

function tenantOf(actor: Actor): Id<"tenant"> | null {
  return actor.kind === "user" || actor.kind === "key" ? actor.tenantId : null;
}

interface Line {
  readonly requestId: string;
  readonly route: string;
  readonly actor: Actor;
  readonly status: number;
  readonly failure: AppError | undefined;
  readonly started: number;
}

/** One line for each request, whatever became of it. */
function writeLine({ requestId, route, actor, status, failure, started }: Line): void {
  const trace = failure && status >= 500 ? traceOf(failure.cause ?? failure) : {};
  log[status < 500 ? "info" : "error"](failure ? "request.failed" : "request.done", {
    requestId,
    route,
    status,
    code: failure?.code,
    tenantId: tenantOf(actor),
    actorId: actorId(actor),
    milliseconds: Math.round(performance.now() - started),
    ...trace,
  });
}
