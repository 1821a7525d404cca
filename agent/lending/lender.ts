import type { LendingAsked } from "#shared/channel/app-lending.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import type { Grant } from "#shared/crypto/grants/grant.ts";
import { type OpenedCall, openCall, sealAnswer } from "#shared/crypto/grants/use.ts";
import type { Id } from "#shared/ids.ts";
import type { Log } from "../platform/log.ts";
import type { TasksApi } from "../platform/platform.ts";
import { retrying } from "../platform/retrying.ts";
import type { Journal } from "../state/journal.ts";
import { type Acting, type Done, no, reasonAgainstMethod } from "./acting.ts";
import { writeAnswer } from "./answer.ts";
import type { LendingHeld, Lent, Self } from "./held.ts";
import type { Ledger } from "./ledger.ts";
import { startOnce } from "./once.ts";
import { takeBack } from "./take-back.ts";

/** The issuer's side: another person's agent asks, and this one acts, if everything holds. */
export interface Lender {
  /** Reads what waits: first what was taken back, then what others want. */
  look(): Promise<void>;
  /** The owner's word to a use that asks for it. */
  decide(useId: Id<"use">, decision: "allow-once" | "deny"): void;
  /** What waits for the owner's word. */
  asked(): LendingAsked[];
}

export interface LenderInput {
  readonly self: Self;
  readonly held: LendingHeld;
  readonly ledger: Ledger;
  readonly journal: Pick<Journal, "append">;
  readonly api: Pick<TasksApi, "readUses" | "answerUse">;
  readonly acting: Acting;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly log: Log;
  /** What is asked, or was taken back, has changed. */
  readonly onChange: () => void;
}

type Use = Awaited<ReturnType<TasksApi["readUses"]>>["uses"][number];

interface Asking extends LendingAsked {
  readonly settle: (isAllowed: boolean) => void;
}

interface Desk extends LenderInput {
  readonly asking: Map<Id<"use">, Asking>;
}

const LOCKED_MS = 50_000; // how long a use waits for a device of the owner; its own minute ends it anyway
const LOOK_MS = 500;
const ASK_MS = 200_000;

export function startLender(input: LenderInput): Lender {
  const desk: Desk = { ...input, asking: new Map() };
  const once = startOnce((error) => input.log.error("lending.use_failed", error));
  let work: Promise<void> = Promise.resolve();
  /** Page after page, for what gets no answer stays where it is. */
  const read = async () => {
    for (let after: Id<"use"> | undefined; ; ) {
      const page = await input.api.readUses({ after });
      for (const { grantId, revocation } of page.revocations) await takeBack(desk, grantId, revocation);
      for (const use of page.uses) once.begin(use.useId, (isGenuine) => serve(desk, use, isGenuine));
      const last = page.uses.at(-1)?.useId;
      if (!page.more || !last || (after && last <= after)) return;
      after = last;
    }
  };
  return {
    look() {
      const done = work.then(read);
      work = done.catch(() => undefined);
      return done;
    },
    decide: (useId, decision) => desk.asking.get(useId)?.settle(decision === "allow-once"),
    asked: () => [...desk.asking.values()].map(({ settle: _, ...asked }) => asked),
  };
}

/** What is not from the grant's subject, for this grant and of this minute, gets no answer at all. */
async function serve(desk: Desk, use: Use, isGenuine: () => void): Promise<void> {
  const { held, self, startTimer, api } = desk;
  const call = decodeBase64url(use.blob);
  const grant = held.findGrant(use.grantId) ?? (await untilHeld(desk, use.grantId))?.grant;
  if (!grant) return desk.log.info("lending.unknown");
  const { useId, grantId } = use;
  const opened = openCall(call, { grant, useId, nowMs: desk.now() }, self.identity.kem);
  isGenuine();
  const { answer, counted } = await actOn(desk, grant, { useId, opened });
  const place = { grant, useId, call };
  const sealed = sealAnswer(place, writeAnswer(answer), self.identity.sign, opened.answerTo);
  await retrying(startTimer, () => api.answerUse({ useId, grantId, answer: encodeBase64url(sealed), counted }));
  desk.log.info("lending.answered", { counted, refused: "error" in answer });
}

/** As long as a device of the owner may still come and bring the item. */
async function untilHeld({ held, now, startTimer }: Desk, grantId: Id<"grant">): Promise<Lent | undefined> {
  const endMs = now() + LOCKED_MS;
  for (;;) {
    const lent = held.findLent(grantId);
    if (lent || now() >= endMs) return lent;
    await new Promise<void>((resolve) => void startTimer(LOOK_MS, resolve));
  }
}

interface Wanted {
  readonly useId: Id<"use">;
  readonly opened: OpenedCall;
}

async function actOn(desk: Desk, grant: Grant, { useId, opened }: Wanted): Promise<Done> {
  const { acting, held } = desk;
  const { grantId } = grant;
  const reason = acting.reasonAgainst(grant, useId);
  if (reason) return no(reason);
  if (!(await untilHeld(desk, grantId))) return no(acting.reasonAgainst(grant, useId) ?? LOCKED);
  const text = utf8Decode(opened.request);
  const other = reasonAgainstMethod(grant, text);
  if (other) return no(other);
  if (grant.asks && !(await askOwner(desk, { useId, grantId, request: text })))
    return no("The other person did not allow it.");
  return acting.send(grant, { useId, text, findItem: () => held.findLent(grantId)?.item });
}

const LOCKED = "The other agent is locked: its owner has to open it on one of their devices.";

/** Whichever device of the owner answers first; silence is no. */
function askOwner(
  { asking, now, startTimer, onChange }: Desk,
  what: Omit<LendingAsked, "expiresAt">,
): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isAllowed: boolean) => {
      stopTimer();
      asking.delete(what.useId);
      onChange();
      resolve(isAllowed);
    };
    const stopTimer = startTimer(ASK_MS, () => settle(false));
    asking.set(what.useId, { ...what, expiresAt: now() + ASK_MS, settle });
    onChange();
  });
}
