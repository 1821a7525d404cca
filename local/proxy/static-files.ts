import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { webHeaders } from "#shared/web-headers.ts";
import { sendText } from "./replies.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

/** A file of the built web app; a path without a file extension is a page of the app, which finds its own way. */
export async function answerFile(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  { webRoot, objects }: { readonly webRoot: string; readonly objects: string },
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return sendText(response, 405, "Only GET and HEAD.\n");
  const path = inside(webRoot, pathname);
  if (path === undefined) return sendText(response, 400, "This path is malformed.\n");
  const wanted = await findFile(extname(path) ? path : join(webRoot, "index.html"));
  if (!wanted) return sendText(response, 404, "There is no such file.\n");
  response.writeHead(200, {
    ...webHeaders(objects),
    "content-type": TYPES[extname(wanted.path)] ?? "application/octet-stream",
    "content-length": wanted.bytes,
    // Names in /assets hold a hash of the content; a page is asked for anew each time.
    "cache-control": pathname.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") return void response.end();
  await pipeline(createReadStream(wanted.path), response).catch(() => response.destroy()); // the browser went away
}

function inside(webRoot: string, pathname: string): string | undefined {
  try {
    const path = join(webRoot, decodeURIComponent(pathname));
    return path.startsWith(webRoot + sep) && !path.includes("\0") ? path : undefined;
  } catch {
    return undefined; // a broken % sequence
  }
}

async function findFile(path: string): Promise<{ path: string; bytes: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? { path, bytes: found.size } : undefined;
}
