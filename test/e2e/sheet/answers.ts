import type { Page, Route } from "playwright-core";
import { describeError, type ErrorCode } from "#shared/errors.ts";

/** What a route of the API answers in place of the product, for a state the product cannot be brought into at will. */
export interface Answer {
  readonly status: number;
  /** Or what makes it from what was sent. */
  readonly body: unknown | ((sent: unknown) => unknown);
  /** How long it takes; "never" leaves the page waiting. */
  readonly afterMs?: number | "never";
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const never: Answer = { status: 200, body: null, afterMs: "never" };

export function problem(code: ErrorCode, details?: Record<string, unknown>): Answer {
  const { status, title, fix } = describeError(code);
  const more = details ? { details } : {};
  return { status, body: { type: "about:blank", title, status, code, fix, request_id: "req_7f3a9c21e0b4", ...more } };
}

/** In place of a table: the product's own code. */
export type Serve = (request: Request) => Promise<Response>;

/** By method and path, as in "GET /v1/me". A path may end in `*`; what serves by itself takes any method and stands under "ANY". */
export type Answers = Readonly<Record<string, Answer | Serve>>;

/**
 * To be called before the page goes anywhere. A session was there before: whether it is still, the refresh answers. Every call of the API is
 * answered from the table, and the relay says nothing at all; a call that is not in it is a fault of the table, told in the return.
 */
export async function answerCalls(page: Page, answers: Answers): Promise<string[]> {
  const missing: string[] = [];
  await page.addInitScript(() => localStorage.setItem("ocmt.signed-in", "before"));
  await page.routeWebSocket(/\/relay/, () => undefined);
  await page.route(/\/(v1\/|local\.json|mailbox\/messages)/, async (route) => {
    const request = route.request();
    const asked = `${request.method()} ${new URL(request.url()).pathname}`;
    const answer = findAnswer(answers, asked);
    if (!answer) missing.push(asked);
    if (typeof answer === "function") return fulfil(route, answer);
    const { status, body, afterMs = 0 } = answer ?? problem("route.not_found");
    if (afterMs === "never") return;
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    const json = typeof body === "function" ? body(request.postDataJSON()) : body;
    await route.fulfill({ status, json });
  });
  return missing;
}

async function fulfil(route: Route, serve: Serve): Promise<void> {
  const request = route.request();
  const body = request.postData();
  const headers = { ...request.headers() };
  const asked = new Request(request.url(), { method: request.method(), headers, ...(body === null ? {} : { body }) });
  const response = await serve(asked);
  await route.fulfill({ status: response.status, contentType: "application/json", body: await response.text() });
}

function findAnswer(answers: Answers, asked: string): Answer | Serve | undefined {
  const any = asked.replace(/^\S+/, "ANY");
  const fits = (key: string) => [asked, any].some((name) => name.startsWith(key.slice(0, -1)));
  const wild = Object.keys(answers).find((key) => key.endsWith("*") && fits(key));
  return answers[asked] ?? (wild === undefined ? undefined : answers[wild]);
}
