import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { HOST } from "../setup/ports.ts";
import { answerMailbox } from "./mailbox.ts";
import { sendJson, sendText } from "./replies.ts";
import { answerFile } from "./static-files.ts";
import { passOn, passUpgradeOn } from "./upstream.ts";

/** Where requests go, once the product behind is up. */
interface Behind {
  readonly endpoint: string;
  readonly httpApiId: string;
  readonly relayApiId: string;
  readonly relayStage: string;
  readonly webRoot: string;
  /** Where sealed files lie; a page may go there too. */
  readonly objects: string;
}

export interface Origin {
  readonly url: string;
  readonly port: number;
  /** Until this is called every request is answered "starting". */
  open(behind: Behind): void;
  close(): Promise<void>;
}

/** The one origin a browser sees: what CloudFront is in AWS. It listens at once, so that the port is ours. */
export async function listenOrigin(port: number): Promise<Origin> {
  const state: { behind?: Behind } = {};
  const upgraded = new Set<Duplex>();
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    if (isMisaddressed(request, server)) return sendText(response, 421, "This address is not served here.\n");
    if (!state.behind) return sendStarting(response);
    answer(request, response, state.behind);
  });
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    socket.on("error", () => socket.destroy()); // the browser went away
    if (isMisaddressed(request, server) || !isRelay(request) || !state.behind)
      return void socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
    const { endpoint, relayApiId, relayStage } = state.behind;
    const search = pathOf(request).search;
    passUpgradeOn({ request, socket, head }, new URL(`${apiPath(relayApiId)}/${relayStage}${search}`, endpoint));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  const open = (behind: Behind) => {
    state.behind = behind;
  };
  return { url: `http://${HOST}:${portOf(server)}`, port: portOf(server), open, close: () => close(server, upgraded) };
}

function answer(request: IncomingMessage, response: ServerResponse, behind: Behind): void {
  const { pathname, search } = pathOf(request);
  const api = new URL(`${apiPath(behind.httpApiId)}${pathname}${search}`, behind.endpoint);
  if (isApi(pathname)) passOn(request, response, api);
  else if (pathname === "/local.json") sendJson(response, 200, LOCAL);
  else if (isMailbox(pathname)) void answerMailbox(request, response, pathname, behind.endpoint);
  else void answerFile(request, response, pathname, behind);
}

/** How the web app learns that it runs on one machine, where mail stays. */
const LOCAL = { stage: "local", mailboxUrl: "/mailbox" } as const;

const isMailbox = (pathname: string) => pathname === "/mailbox" || pathname.startsWith("/mailbox/");
const isApi = (pathname: string) => /^\/(v1|\.well-known)(\/|$)/.test(pathname);
const isRelay = (request: IncomingMessage) => pathOf(request).pathname === "/relay";
const apiPath = (id: string) => `/_aws/execute-api/${id}`;

/** As the client wrote it, dots resolved: what decides the route is what is asked of the server behind. */
const pathOf = (request: IncomingMessage): URL =>
  URL.parse(`http://${HOST}/${(request.url ?? "/").replace(/^\/+/, "")}`) ?? new URL(`http://${HOST}/`);

/**
 * A web page elsewhere may resolve its own name to this address and read the mailbox as if it were its own site.
 * It cannot choose the Host header.
 */
function isMisaddressed(request: IncomingMessage, server: Server): boolean {
  const port = portOf(server);
  return request.headers.host !== `${HOST}:${port}` && request.headers.host !== `localhost:${port}`;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

function sendStarting(response: ServerResponse): void {
  response.setHeader("retry-after", "1");
  sendText(response, 503, "OCMT is starting. The terminal says when it is ready.\n");
}

/** Relay connections stay open for hours; they are cut, as a gateway cuts them. */
async function close(server: Server, upgraded: ReadonlySet<Duplex>): Promise<void> {
  for (const socket of upgraded) socket.destroy();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
