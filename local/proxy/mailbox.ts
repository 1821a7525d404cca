import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { transform } from "esbuild";
import { listMails } from "../emulator/inbox.ts";
import { sendJson, sendText } from "./replies.ts";

const FOLDER = join(import.meta.dirname, "..", "mailbox");
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/mailbox": ["mailbox.html", "text/html"],
  "/mailbox/": ["mailbox.html", "text/html"],
  "/mailbox/mailbox.css": ["mailbox.css", "text/css"],
  "/mailbox/mailbox.js": ["mailbox.ts", "text/javascript"],
};

/** The local mailbox: mail the product would have sent. Its page, and the mails as JSON. */
export async function answerMailbox(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  endpoint: string,
): Promise<void> {
  try {
    if (request.method !== "GET") return sendText(response, 405, "Only GET.\n");
    if (pathname === "/mailbox/messages") return sendJson(response, 200, { messages: await listMails(endpoint) });
    const file = FILES[pathname];
    if (!file) return sendText(response, 404, "There is no such page.\n");
    const text = await readFile(join(FOLDER, file[0]), "utf8");
    sendText(response, 200, file[0].endsWith(".ts") ? (await transform(text, { loader: "ts" })).code : text, file[1]);
  } catch {
    sendJson(response, 502, { message: "The emulator did not answer." });
  }
}
