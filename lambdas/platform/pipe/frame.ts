import type { Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { type Actor, actorId } from "../rules/context.ts";
import { type List, openCursor, sealCursor } from "../rules/cursor.ts";
import { beginOnce } from "../rules/idempotency.ts";
import { TableBusy } from "../tables/busy.ts";
import type { Directory } from "../tables/directory.ts";
import type { TenantTable } from "../tables/table.ts";
import type { HttpEvent } from "./event.ts";
import type { RouteEntry } from "./routes.ts";

/** What some requests ask for around the domain's own work: a cursor to open and seal, or to be done only once. */
interface Asked {
  readonly event: HttpEvent;
  readonly actor: Actor;
  readonly table: TenantTable | null;
  readonly directory: Directory;
  readonly now: Date;
}

interface Frame {
  readonly list: List | null;
  readonly once: Asked | null;
}

/** Most requests need neither. */
export function frameOf({ isPaged, isOnce }: RouteEntry, asked: Asked): Frame | undefined {
  const { event, actor, table, now } = asked;
  const once = isOnce && event.headers["idempotency-key"] !== undefined ? asked : null;
  if (!once && !(isPaged && table)) return undefined;
  const list = isPaged && table ? { table, actorId: actorId(actor), routeKey: event.routeKey, now } : null;
  return { list, once };
}

/** The reply as it is to be sent: parsed by the contract, its cursor sealed; or the one that was sent before. */
export async function runWithin(
  { list, once }: Frame,
  run: () => Promise<unknown>,
  input: Record<string, unknown>,
  route: Route,
): Promise<unknown> {
  if (list) await openCursor(list, input);
  const begun = once && (await beginOnce({ ...once, input }));
  if (begun?.replay !== undefined) return begun.replay;
  try {
    const reply = route.reply.parse(await run());
    if (list) await sealCursor(list, input, reply);
    await begun?.finish(reply);
    return reply;
  } catch (error) {
    if (error instanceof AppError || error instanceof TableBusy) await begun?.forget();
    throw error;
  }
}
