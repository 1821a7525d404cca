import middy from "@middy/core";
import type { HttpEvent, HttpResult } from "#platform/pipe/event.ts";
import { problemReply, sendReply } from "#platform/pipe/reply.ts";
import { parseInput } from "#platform/pipe/request.ts";
import { mapRoutes } from "#platform/pipe/routes.ts";
import { authorize } from "#platform/rules/access.ts";
import type { Person } from "#platform/rules/context.ts";
import { AppError } from "#shared/errors.ts";
import { World } from "#test/support/world.ts";
import { type Bench, cpuMillis, type Figure } from "../figure.ts";
import { oneRoute, serveOneRoute } from "../places/one-route.ts";

/** P1: what our pipe adds to a warm call. One route that takes and gives a small object; no I/O behind it. */
const CALLS = 4_000;
const world = new World();
const person = world.person("member");
const event: HttpEvent = world.event("PUT /v1/things/{id}", {
  token: person.token,
  params: { id: "thing-1" },
  body: { name: "a name of ordinary length" },
});

type Handler = (event: HttpEvent) => Promise<HttpResult>;

const ours: Handler = serveOneRoute(world);

/** What one would write for this one route by hand: parse, check by the same schema both ways, log a line, answer. */
const { input, reply } = oneRoute.rename;
const bare: Handler = async ({ body, pathParameters, requestContext: { requestId } }) => {
  const thing = input.parse({ ...JSON.parse(body ?? "{}"), id: pathParameters?.["id"] });
  logLine(requestId);
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(reply.parse(thing)) };
};

/** The same features, each a middleware of middy 7, with our own functions inside. */
const [entry] = [...mapRoutes(oneRoute).values()];
if (!entry) throw new Error("the contract has one route");
const withMiddy = middy<HttpEvent & { input?: unknown }, HttpResult>()
  .use({
    after: ({ event: { requestContext } }) => logLine(requestContext.requestId),
    onError: (request) => {
      const error = request.error instanceof AppError ? request.error : new AppError("internal");
      request.response = problemReply(error, request.event.requestContext.requestId, []);
    },
  })
  .use({
    before: ({ event, internal }) => {
      authorize(internal["actor"] as Person, entry.route, new Date()); // written by the first middleware
      event.input = parseInput(entry, event);
    },
    after: (request) => {
      request.response = replyOf(request.response, request.event);
    },
  })
  .before(({ event, internal }) => {
    internal["actor"] = world.door().identify(event, entry.route);
  })
  .handler(async (event) => event.input as HttpResult);

const replyOf = (reply: unknown, { requestContext }: HttpEvent): HttpResult =>
  sendReply(200, entry.route.reply.parse(reply), requestContext.requestId, []);

function logLine(requestId: string): void {
  process.stdout.write(`${JSON.stringify({ level: "info", event: "request.done", requestId })}\n`);
}

async function callMany(handler: Handler): Promise<number> {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true; // the cost of a terminal is nobody's
  try {
    return await cpuMillis(async () => {
      for (let i = 0; i < CALLS; i++) await handler(event);
    });
  } finally {
    process.stdout.write = write;
  }
}

const against = (peer: Handler) => async (): Promise<Bench> => {
  await callMany(ours);
  await callMany(peer);
  return { measureOurs: () => callMany(ours), measurePeer: () => callMany(peer) };
};

const common = { what: "4,000 warm calls through our request pipe", unit: "ms CPU", pairs: 15 } as const;

export const handlerChain: readonly Figure[] = [
  { ...common, id: "P1.bare", peer: "the route written by hand", target: { atMost: 2 }, prepare: against(bare) },
  {
    ...common,
    id: "P1.middy",
    peer: "the same features in middy 7",
    target: { atMost: 0.6 },
    prepare: against((asked) => withMiddy(asked, {} as never)),
  },
];
