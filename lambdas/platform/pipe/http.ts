import type { Contract, Input, Reply, Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { log, traceOf } from "../log.ts";
import { authorize } from "../rules/access.ts";
import { type Actor, actorId, type CtxOf, tenantOf } from "../rules/context.ts";
import { TableBusy } from "../tables/busy.ts";
import type { Directory } from "../tables/directory.ts";
import type { TenantTable } from "../tables/table.ts";
import type { HttpEvent, HttpResult } from "./event.ts";
import { frameOf, runWithin } from "./frame.ts";
import { problemReply, sendReply } from "./reply.ts";
import { checkOrigin, parseInput, readRequest } from "./request.ts";
import { findRoute, mapRoutes } from "./routes.ts";

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
  readonly enterTenant: (tenantId: Id<"tenant">) => TenantTable;
  identify(event: HttpEvent, route: Route): Actor;
}

type Run = (ctx: unknown, input: Record<string, unknown>) => Promise<unknown>;

/** The life of one request, in the order it is lived. Written out as one function: each layer would cost every call. */
export function serve<C extends Contract, P extends object>(
  contract: C,
  implementation: Implementation<C, P>,
  door: Door<P>,
): (event: HttpEvent) => Promise<HttpResult> {
  const routes = mapRoutes(contract);
  const { now, directory, enterTenant } = door;
  const given = { ...door.ports, now, directory, enterTenant };

  return async (event) => {
    const started = Date.now();
    const requestId = event.requestContext.requestId;
    const cookies: string[] = [];
    let actor: Actor = ANYONE;
    try {
      const entry = findRoute(routes, event.routeKey);
      const { route, name, status } = entry;
      actor = door.identify(event, route);
      authorize(actor, route, now()); // before the body is read
      if (route.access === "public") checkOrigin(event, door.origin);
      const input = parseInput(entry, event);

      const tenantId = tenantOf(actor);
      const table = tenantId && door.enterTenant(tenantId);
      const ctx = { ...given, actor, table, request: readRequest(event, cookies) };
      const run = implementation[name as keyof C] as unknown as Run; // the entry was made from this contract's route

      const mayFrame = entry.isPaged || entry.isOnce;
      const frame = mayFrame ? frameOf(entry, { event, actor, table, directory, now: now() }) : undefined;
      const outcome = frame ? await runWithin(frame, () => run(ctx, input), input, route) : await run(ctx, input);
      const body = frame ? outcome : route.reply.parse(outcome); // parsing drops what the contract does not name
      writeLine({ requestId, route: event.routeKey, actor, status, started });
      return sendReply(status, body, requestId, cookies);
    } catch (thrown) {
      const failure = failureOf(thrown);
      writeLine({ requestId, route: event.routeKey, actor, status: failure.status, failure, started });
      return problemReply(failure, requestId, cookies);
    }
  };
}

function failureOf(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(thrown instanceof TableBusy ? "request.busy" : "internal", { cause: thrown });
}

const ANYONE: Actor = { kind: "anyone" };

interface Line {
  readonly requestId: string;
  readonly route: string;
  readonly actor: Actor;
  readonly status: number;
  readonly failure?: AppError;
  readonly started: number;
}

/** One line for each request, whatever became of it. */
function writeLine({ requestId, route, actor, status, failure, started }: Line): void {
  const milliseconds = Date.now() - started;
  const line = { requestId, route, status, tenantId: tenantOf(actor), actorId: actorId(actor), milliseconds };
  if (!failure) log.info("request.done", line);
  else if (status < 500) log.info("request.failed", { ...line, code: failure.code });
  else log.error("request.failed", { ...line, code: failure.code, ...traceOf(failure.cause ?? failure) });
}
