import { Agent, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { Duplex } from "node:stream";
import { HOST } from "../setup/ports.ts";
import { sendJson } from "./replies.ts";

/** API Gateway takes no larger body. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;

/** API Gateway gives a function 30 seconds; the proxy waits a little longer, so that its answer arrives. */
const ANSWER_LIMIT_MS = 35_000;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"]);

/** Streams a request to the server behind and its answer back. */
export function passOn(request: IncomingMessage, response: ServerResponse, target: URL): void {
  if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) {
    refuseTooLarge(request, response);
    return;
  }
  const upstream = send(target, { method: request.method ?? "GET", headers: onward(request, target), agent });
  upstream.setTimeout(ANSWER_LIMIT_MS, () => upstream.destroy(new Error("no answer in time")));
  upstream.on("response", (reply) => {
    response.writeHead(reply.statusCode ?? 502, withoutHops(reply.headers));
    reply.pipe(response);
    reply.on("error", () => response.destroy());
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else sendJson(response, 502, { message: "The emulator did not answer." });
  });
  response.on("close", () => upstream.destroy());
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) return;
    request.unpipe(upstream);
    refuseTooLarge(request, response);
    upstream.destroy();
  });
  request.pipe(upstream);
}

/** A WebSocket is a request that turns into two byte streams; they are joined and left alone. */
export function passUpgradeOn(
  from: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  target: URL,
): void {
  const { request, socket, head } = from;
  const headers = { ...onward(request, target), connection: "Upgrade", upgrade: "websocket" };
  const upstream = send(target, { headers });
  const refuse = () => socket.end("HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n");
  upstream.on("error", refuse);
  upstream.on("response", (reply) => {
    socket.write(`${statusLine(reply)}content-length: 0\r\nconnection: close\r\n\r\n`);
    socket.end();
    reply.destroy();
  });
  upstream.on("upgrade", (reply, behind, behindHead) => {
    upstream.off("error", refuse);
    socket.write(`${statusLine(reply)}${rawHeaders(reply)}\r\n`);
    if (behindHead.length > 0) socket.write(behindHead);
    if (head.length > 0) behind.write(head);
    behind.on("error", () => socket.destroy());
    behind.on("close", () => socket.destroy());
    socket.on("close", () => behind.destroy());
    socket.pipe(behind).pipe(socket);
  });
  socket.on("close", () => upstream.destroy());
  upstream.end();
}

/** As CloudFront does: the address the connection came from is added last; what the client claims stands before it. */
function onward(request: IncomingMessage, target: URL): Record<string, string | string[] | undefined> {
  const address = request.socket.remoteAddress ?? "";
  const claimed = request.headers["x-forwarded-for"];
  return {
    ...withoutHops(request.headers),
    ...(request.headers.origin && { origin: oneOrigin(request.headers.origin, request.headers.host) }),
    host: target.host,
    "x-forwarded-for": claimed === undefined ? address : `${claimed}, ${address}`,
    "x-forwarded-host": request.headers.host,
    "x-forwarded-proto": "http",
    "cloudfront-viewer-address": `${address}:${request.socket.remotePort}`,
  };
}

/**
 * The product has one origin, and on this machine two names: passkeys need a name, and 127.0.0.1 is a number. A page that was served
 * under the name counts as one of ours, and no other does.
 */
const oneOrigin = (origin: string, host: string | undefined): string =>
  host?.startsWith("localhost:") && origin === `http://${host}` ? origin.replace("localhost", HOST) : origin;

const withoutHops = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && name !== "upgrade"));

function refuseTooLarge(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("connection", "close");
  if (!response.headersSent) sendJson(response, 413, { message: "Request Entity Too Large" });
  request.resume(); // read to its end, or the client never sees the answer
}

const statusLine = (reply: IncomingMessage) => `HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}\r\n`;

function rawHeaders({ rawHeaders: raw }: IncomingMessage): string {
  let text = "";
  for (let index = 0; index + 1 < raw.length; index += 2) text += `${raw[index]}: ${raw[index + 1]}\r\n`;
  return text;
}
