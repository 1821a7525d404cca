import { type Contract, pathParams, type Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";

/** A route with what the pipe needs to know of it, worked out once at start. */
export interface RouteEntry {
  readonly name: string;
  readonly route: Route;
  readonly params: readonly string[];
  readonly status: number;
  readonly hasBody: boolean;
  readonly isPaged: boolean; // its input has a cursor, which the pipe opens and seals
  readonly isOnce: boolean; // it honours an idempotency key
}

export function mapRoutes(contract: Contract): ReadonlyMap<string, RouteEntry> {
  return new Map(
    Object.entries(contract).map(([name, route]) => [
      `${route.method} ${route.path}`,
      {
        name,
        route,
        params: pathParams(route.path),
        status: route.status ?? 200,
        hasBody: route.method !== "GET",
        isPaged: "cursor" in route.input.shape,
        isOnce: route.method === "POST" && route.access !== "public" && route.access !== "task",
      },
    ]),
  );
}

export function findRoute(routes: ReadonlyMap<string, RouteEntry>, routeKey: string): RouteEntry {
  const entry = routes.get(routeKey);
  if (!entry) throw new AppError("route.not_found");
  return entry;
}
