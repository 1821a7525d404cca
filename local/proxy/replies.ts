import type { ServerResponse } from "node:http";
import { WEB_HEADERS } from "#shared/web-headers.ts";

/** Everything the proxy itself answers carries the headers of the web app. */
export function sendText(response: ServerResponse, status: number, text: string, type = "text/plain"): void {
  response.writeHead(status, { ...WEB_HEADERS, "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" });
  response.end(text);
}

export const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  sendText(response, status, JSON.stringify(value), "application/json");
