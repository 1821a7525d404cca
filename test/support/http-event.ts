import type { HttpEvent } from "#platform/pipe/event.ts";

export interface EventOptions {
  readonly token?: string;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly ip?: string;
  readonly authorizer?: Record<string, unknown>;
}

/** An HTTP API request (payload 2.0) as API Gateway hands it to a function. */
export function httpEvent(routeKey: string, options: EventOptions = {}): HttpEvent {
  const [method = "GET", path = "/"] = routeKey.split(" ");
  const { token, params, query, body, headers = {}, cookies, ip = "192.0.2.1", authorizer } = options;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? "");
  const requestContext = {
    accountId: "000000000000",
    apiId: "api",
    domainName: "ocmt.example",
    domainPrefix: "ocmt",
    http: { method, path: filled, protocol: "HTTP/1.1", sourceIp: ip, userAgent: "test" },
    requestId: "test",
    routeKey,
    stage: "$default",
    time: "01/Jan/2030:00:00:00 +0000",
    timeEpoch: 1_893_456_000_000,
    ...(authorizer ? { authorizer: { lambda: authorizer } } : {}),
  };
  return {
    version: "2.0",
    routeKey,
    rawPath: filled,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    ...(cookies ? { cookies } : {}),
    ...(query ? { queryStringParameters: query } : {}),
    ...(params ? { pathParameters: params } : {}),
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
    requestContext,
  };
}
