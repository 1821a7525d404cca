import { ApiError, apiClient, type Client } from "#shared/client/api-client.ts";
import { type Assignment, type ServiceToken, tasksContract } from "#shared/contracts/tasks.ts";
import type { Identity } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import { retrying } from "./retrying.ts";

export type TasksApi = Client<typeof tasksContract>;

/** The platform as a task sees it: its routes, under a token that is always fresh. */
export interface Platform {
  readonly taskId: Id<"task">;
  readonly api: TasksApi;
  assignment(): Assignment | null;
  /** Asks for a new token, which names the agent as soon as there is one. */
  learnAssignment(): Promise<Assignment | null>;
  stop(): void;
}

export interface PlatformInput {
  readonly apiUrl: string;
  readonly ticket: string;
  readonly boot: Identity;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** The platform refuses this task: another holds the agent, or the token can no longer be renewed. */
  readonly onLost: (cause: unknown) => void;
}

const ANSWER_MS = 25_000;
const FRESH_MS = 120_000; // a token with less than this left is renewed before it is used
const RETRY_MS = 15_000;

/** Trades the ticket, once, for a token, and keeps that token fresh. */
export async function joinPlatform(input: PlatformInput): Promise<Platform> {
  const { apiUrl: baseUrl, now, startTimer, boot } = input;
  const limited: typeof fetch = (url, init) => input.fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
  let held: ServiceToken | undefined;
  let renewing: Promise<ServiceToken> | undefined;
  let stopTimer: (() => void) | undefined;
  let isStopped = false;

  const bare = apiClient(tasksContract, { baseUrl, fetch: limited, token: async () => held?.token });
  const msLeft = () => Date.parse(held?.expiresAt ?? "") - now();
  const keep = <T extends ServiceToken>(token: T): T => {
    held = token;
    schedule(Math.max(RETRY_MS, (msLeft() * 2) / 3));
    return token;
  };
  const renew = (): Promise<ServiceToken> => {
    renewing ??= bare
      .renew({})
      .then(keep)
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };
  const schedule = (ms: number) => {
    stopTimer?.();
    if (!isStopped) stopTimer = startTimer(ms, () => void renewInTime());
  };
  const renewInTime = () =>
    renew().catch((error: unknown) => (isRefusal(error) ? input.onLost(error) : schedule(RETRY_MS)));
  const freshToken = async () => (msLeft() > FRESH_MS ? held : await renew())?.token;

  const keys = { bootSignPub: encodeBase64url(boot.sign.publicKey), bootKemPub: encodeBase64url(boot.kem.publicKey) };
  const { taskId } = await retrying(startTimer, () => bare.exchange({ ticket: input.ticket, ...keys }).then(keep));
  return {
    taskId,
    api: apiClient(tasksContract, { baseUrl, fetch: limited, token: freshToken }),
    assignment: () => held?.assignment ?? null,
    learnAssignment: async () => (await renew()).assignment,
    stop() {
      isStopped = true;
      stopTimer?.();
    },
  };
}

const REFUSALS = ["task.replaced", "task.not_found", "task.state_lost_race", "task.ticket_invalid", "auth.required"];

/** The platform's last word to a task that is no longer the agent's. What it would write now belongs to nobody. */
export const isRefusal = (error: unknown): boolean => error instanceof ApiError && REFUSALS.includes(error.code);
