import type { HttpEvent, HttpResult } from "#platform/pipe/event.ts";
import { apiClient, type Client } from "#shared/client/api-client.ts";
import type { Contract, Route } from "#shared/contracts/route.ts";
import { httpEvent } from "./http-event.ts";

type Handler = (event: HttpEvent) => Promise<HttpResult>;

/** The client that people use, over a handler in this process: every request and reply goes through JSON and both parsers. */
export const clientOf = <C extends Contract>(contract: C, handler: Handler, token: string): Client<C> =>
  apiClient(contract, {
    baseUrl: "https://ocmt.example",
    token: async () => token,
    fetch: async (url, init) => answerFrom(contract, handler, new Request(url, init)),
  });

/** What a handler answers to a request as it comes from a browser. */
export async function answerFrom(contract: Contract, handler: Handler, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const { route, params } = findRoute(contract, request.method, pathname);
  const text = await request.text();
  const event = httpEvent(`${request.method} ${route.path}`, {
    ...{ params, query: Object.fromEntries(searchParams), headers: Object.fromEntries(request.headers) },
    ...(text ? { body: text } : {}),
  });
  const { statusCode, body } = await handler(event);
  return new Response(body ?? "", { status: statusCode ?? 500 });
}

function findRoute(contract: Contract, method: string, pathname: string) {
  for (const route of Object.values<Route>(contract)) {
    const pattern = new RegExp(`^${route.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const found = pattern.exec(pathname);
    if (found && route.method === method) return { route, params: { ...found.groups } };
  }
  throw new Error(`no route for ${method} ${pathname}`);
}
