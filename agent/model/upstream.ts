import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestPlain,
  type ServerResponse,
} from "node:http";
import { request as requestTls } from "node:https";
import type { ModelChoice } from "#shared/client/model-choice.ts";

/** A model somewhere else, with the user's own key. */
export type RemoteModel = Exclude<ModelChoice, { kind: "demo" }>;

const ANSWER_MS = 300_000;
const ERROR_BYTES_MAX = 64 * 1024;

/** Asks the user's provider and hands its answer on as it comes. The key is added here and goes no other way. */
export function forwardCall(
  model: RemoteModel,
  call: { readonly body: Record<string, unknown>; readonly headers: IncomingHttpHeaders },
  response: ServerResponse,
): Promise<void> {
  const url = addressOf(model);
  const body = JSON.stringify({ ...call.body, model: model.modelId });
  const headers = { "content-type": "application/json", accept: "*/*", ...credentialsOf(model, call.headers) };
  const ask = url.protocol === "https:" ? requestTls : requestPlain;
  return new Promise((resolve) => {
    const upstream: ClientRequest = ask(url, { method: "POST", headers, timeout: ANSWER_MS });
    const fail = () => {
      if (!response.headersSent) refuse(response, 502, "The model provider could not be reached.");
      else response.destroy();
      resolve();
    };
    upstream.on("error", fail).on("timeout", () => upstream.destroy(new Error("timeout")));
    upstream.on("response", (answer) => void handOn(answer, response, model.apiKey).then(resolve, fail));
    response.on("close", () => upstream.destroy());
    upstream.end(body);
  });
}

async function handOn(answer: IncomingMessage, response: ServerResponse, apiKey: string): Promise<void> {
  const status = answer.statusCode ?? 502;
  const type = answer.headers["content-type"] ?? "application/json";
  if (status >= 400) return handOnError(answer, response, { status, type, apiKey });
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  for await (const chunk of answer) if (!response.write(chunk)) await drained(response);
  response.end();
}

/** Providers quote the key in their refusals; OpenClaw keeps refusals in its transcript. */
async function handOnError(
  answer: IncomingMessage,
  response: ServerResponse,
  { status, type, apiKey }: { status: number; type: string; apiKey: string },
): Promise<void> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) if (text.length < ERROR_BYTES_MAX) text += chunk;
  response.writeHead(status, { "content-type": type }).end(text.replaceAll(apiKey, "[key]"));
}

export function refuse(response: ServerResponse, status: number, message: string): void {
  const error = { message, type: "invalid_request_error", code: "ocmt" };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ type: "error", error }));
}

/** A base URL is given with or without its version; what it ends with is said once here. */
export function addressOf({ kind, baseUrl }: Pick<RemoteModel, "kind" | "baseUrl">): URL {
  const base = baseUrl.replace(/\/+$/, "");
  if (kind === "openai") return new URL(`${base}/chat/completions`);
  return new URL(`${base.replace(/\/v1$/, "")}/v1/messages`);
}

function credentialsOf({ kind, apiKey }: RemoteModel, asked: IncomingHttpHeaders): Record<string, string> {
  if (kind === "openai") return { authorization: `Bearer ${apiKey}` };
  const beta = asked["anthropic-beta"];
  const version = asked["anthropic-version"];
  return {
    "x-api-key": apiKey,
    "anthropic-version": typeof version === "string" ? version : "2023-06-01",
    ...(typeof beta === "string" ? { "anthropic-beta": beta } : {}),
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve).once("close", resolve);
  });
}
