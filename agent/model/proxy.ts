import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import { type ModelApi, PRIME_MODEL } from "../openclaw/cell/config.ts";
import { type CallBudget, makeCallBudget } from "./budget.ts";
import { streamDemo } from "./demo-stream.ts";
import { forwardCall, refuse } from "./upstream.ts";

/**
 * The only model OpenClaw knows: this process, on loopback. Which model answers is decided here and can change at any time; the
 * user's key stays in this process's memory. OpenClaw holds a token that is good for nothing else.
 */
export interface ModelProxy {
  readonly port: number;
  readonly token: string;
  readonly budget: CallBudget;
  choose(model: ModelChoice): void;
  chosen(): ModelChoice;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 32 * 1024 * 1024;
const PATHS: Readonly<Record<string, ModelApi>> = { "/v1/chat/completions": "completions", "/v1/messages": "messages" };

/** How a conversation has to speak for this model to understand it. */
export const apiOf = (model: ModelChoice): ModelApi => (model.kind === "anthropic" ? "messages" : "completions");

export async function startModelProxy(budget: CallBudget = makeCallBudget()): Promise<ModelProxy> {
  const token = randomBytes(32).toString("base64url");
  let model: ModelChoice = { kind: "demo" };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!isAllowed(request, token)) return refuse(response, 401, "This is not for you.");
    const api = PATHS[(request.url ?? "").split("?")[0] ?? ""];
    if (request.method !== "POST" || !api) return refuse(response, 404, "There is no such path.");
    const body = await readJson(request);
    if (!body) return refuse(response, 400, "The request could not be read.");
    if (body["model"] === PRIME_MODEL) return streamDemo(body, response);
    if (api !== apiOf(model)) return refuse(response, 400, "The model was changed; say it again.");
    if (!budget.take()) return refuse(response, 400, "This turn has asked the model too often and was stopped.");
    if (model.kind === "demo") return streamDemo(body, response);
    return forwardCall(model, { body, headers: request.headers }, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    token,
    budget,
    choose: (next) => {
      model = next;
    },
    chosen: () => model,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const key = headers["x-api-key"];
  const given = typeof key === "string" ? key : (headers.authorization ?? "").replace(/^Bearer /, "");
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
    return isObject ? (body as Record<string, unknown>) : undefined; // an object's keys are strings
  } catch {
    return undefined;
  }
}
