import type { Page } from "playwright-core";
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

/** By method and path, as in "GET /v1/me". A path may end in `*`. */
export type Answers = Readonly<Record<string, Answer>>;

/** Every call of the API is answered from the table, and the relay says nothing at all; a call that is not in it is a fault of the table, told in the return. */
export async function answerCalls(page: Page, answers: Answers): Promise<string[]> {
  const missing: string[] = [];
  await page.routeWebSocket(/\/relay/, () => undefined);
  await page.route(/\/(v1\/|local\.json)/, async (route) => {
    const request = route.request();
    const asked = `${request.method()} ${new URL(request.url()).pathname}`;
    const answer = findAnswer(answers, asked);
    if (!answer) missing.push(asked);
    const { status, body, afterMs = 0 } = answer ?? problem("route.not_found");
    if (afterMs === "never") return;
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
    const json = typeof body === "function" ? body(request.postDataJSON()) : body;
    await route.fulfill({ status, json });
  });
  return missing;
}

function findAnswer(answers: Answers, asked: string): Answer | undefined {
  const wild = Object.keys(answers).find((key) => key.endsWith("*") && asked.startsWith(key.slice(0, -1)));
  return answers[asked] ?? (wild === undefined ? undefined : answers[wild]);
}
