import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { openAnswer, sealCall } from "#shared/crypto/grants/use.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { TasksApi } from "../platform/platform.ts";
import { isPassing } from "../platform/retrying.ts";
import { Refused } from "../vault/references.ts";
import type { Reply } from "../vault/request.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Borrowed, LendingHeld, Self } from "./held.ts";

/** The subject's side: what other people lend, and having their agents act; or acting by oneself with what they have handed over. */
export interface Borrower {
  /** What a model may know unasked. */
  list(): readonly object[];
  /** A call of lent_request, as the owner has approved it. @throws Refused */
  use(text: string): Promise<Reply>;
  /** The platform has news: an answer may be there. */
  look(): void;
}

export interface BorrowerInput {
  readonly self: Self;
  readonly held: Pick<LendingHeld, "borrowed">;
  readonly api: Pick<TasksApi, "postUse" | "getUse">;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** A request with what was handed over. @throws Refused */
  readonly useHanded: (grantId: Id<"grant">, request: string) => Promise<Reply>;
}

const Call = z.looseObject({ lent: z.string().max(60) });
const CALL_BYTES_MAX = 150_000;
const ANSWER_MS = 75_000; // its minute, and a request
const ASKED_MS = 270_000; // and the other person's word
const LOOK_MS = 2_000;

export function startBorrower(input: BorrowerInput): Borrower {
  const waiting = new Set<() => void>();
  const { held } = input;
  return {
    list: () => [...named(held.borrowed())].map(([name, borrowed]) => describe(name, borrowed)),
    async use(text) {
      const { lent = "", ...call } = Call.safeParse(parseJson(text)).data ?? {};
      const borrowed = named(held.borrowed()).get(lent);
      if (!borrowed) throw new Refused(`Nothing is lent to you under the name "${lent}". See lent_list.`);
      if (borrowed.item) return input.useHanded(borrowed.grant.grantId, JSON.stringify(call));
      const request = utf8(JSON.stringify(call));
      if (request.length > CALL_BYTES_MAX) throw new Refused("The request is too long.");
      return ask(input, waiting, { borrowed, request });
    },
    look() {
      for (const lookNow of [...waiting]) lookNow();
    },
  };
}

/** By the name that each item goes by, and a number behind it where two people use the same. */
function named(all: readonly Borrowed[]): Map<string, Borrowed> {
  const names = new Map<string, Borrowed>();
  for (const borrowed of all) {
    const { as } = borrowed.grant;
    let name = as;
    for (let nth = 2; names.has(name); nth += 1) name = `${as}-${nth}`;
    names.set(name, borrowed);
  }
  return names;
}

const describe = (name: string, { grant, what, item }: Borrowed): object => ({
  ...{ name, what, sentBy: item ? "you" : "the other agent" },
  ...{ references: grant.fields.map((field) => `${grant.as}/${field}`) },
  ...{ sites: grant.sites, methods: grant.methods, usesAtMost: grant.maxUses },
  until: grant.notAfterMs === 0 ? null : new Date(grant.notAfterMs).toISOString(),
});

interface Asking {
  readonly borrowed: Borrowed;
  readonly request: Uint8Array;
}

async function ask(input: BorrowerInput, waiting: Set<() => void>, { borrowed, request }: Asking): Promise<Reply> {
  const { self, api, now } = input;
  const { grant, issuerKem } = borrowed;
  const useId = newId("use", new Date(now()));
  const call = sealCall({ grant, useId, request, nowMs: now() }, self.identity, issuerKem);
  const { grantId } = grant;
  await api.postUse({ grantId, useId, blob: encodeBase64url(call) }).catch((error: unknown) => {
    throw error instanceof ApiError ? new Refused(WORDS[error.code] ?? "The use could not be passed on.") : error;
  });
  const sealed = await untilAnswered(input, waiting, { grantId, useId, ms: grant.asks ? ASKED_MS : ANSWER_MS });
  const answer = openOrNot(() => openAnswer(decodeBase64url(sealed), { grant, useId, call }, self.identity.kem));
  if (!answer) throw new Refused("The answer is not from the other agent.");
  if ("error" in answer) throw new Refused(answer.error);
  return answer.reply;
}

function openOrNot(open: () => Uint8Array): Answer | undefined {
  try {
    return readAnswer(open());
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  "grant.not_found": "The grant is not there any more.",
  "grant.not_usable": "The grant was taken back, or its time is over.",
  "grant.used_up": "The grant has no uses left.",
  "request.too_many": "This is used too often; wait a minute.",
};

interface Waited {
  readonly grantId: Id<"grant">;
  readonly useId: Id<"use">;
  readonly ms: number;
}

async function untilAnswered(
  { api, now, startTimer }: BorrowerInput,
  waiting: Set<() => void>,
  { grantId, useId, ms }: Waited,
): Promise<string> {
  const endMs = now() + ms;
  while (now() < endMs) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopTimer = startTimer(LOOK_MS, resolve);
    waiting.add(resolve);
    await promise;
    stopTimer();
    waiting.delete(resolve);
    const found = await api.getUse({ grantId, useId }).catch((error: unknown) => {
      if (isPassing(error)) return undefined;
      throw error;
    });
    if (found?.answer) return found.answer;
    if (found?.state === "expired") break;
  }
  throw new Refused("The other agent did not answer in time. It is asleep or locked: its owner has to open it.");
}
