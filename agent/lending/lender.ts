import type { LendingAsked } from "#shared/channel/app-lending.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { demandInTime, type Grant } from "#shared/crypto/grants/grant.ts";
import { openRevocation } from "#shared/crypto/grants/revocation.ts";
import { type OpenedCall, openCall, sealAnswer } from "#shared/crypto/grants/use.ts";
import type { Id } from "#shared/ids.ts";
import type { Log } from "../platform/log.ts";
import type { TasksApi } from "../platform/platform.ts";
import { retrying } from "../platform/retrying.ts";
import type { Journal } from "../state/journal.ts";
import { Refused } from "../vault/references.ts";
import { methodOf, sendRequest } from "../vault/request.ts";
import { type Answer, replied, writeAnswer } from "./answer.ts";
import type { LendingHeld, Lent, Self } from "./held.ts";
import { type Ledger, writeLending } from "./ledger.ts";
import { startOnce } from "./once.ts";

/** The issuer's side: another person's agent asks, and this one acts, if everything holds. */
export interface Lender {
  /** Reads what waits: first what the owner has taken back, then what others want. */
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
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly log: Log;
  /** What is asked, or how often was acted, has changed. */
  readonly onChange: () => void;
}

type Use = Awaited<ReturnType<TasksApi["readUses"]>>["uses"][number];

interface Asking extends LendingAsked {
  readonly settle: (isAllowed: boolean) => void;
}

interface Desk extends LenderInput {
  readonly underWay: Map<Id<"grant">, number>; // counted, and not yet in the journal
  readonly asking: Map<Id<"use">, Asking>;
}

const LOCKED_MS = 50_000; // how long a use waits for a device of the owner; its own minute ends it anyway
const LOOK_MS = 500;
const ASK_MS = 200_000;

export function startLender(input: LenderInput): Lender {
  const desk: Desk = { ...input, underWay: new Map(), asking: new Map() };
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

/** Only by the owner's signature. It is kept, so that no device that has not heard of it can bring the grant back. */
async function takeBack(desk: Desk, grantId: Id<"grant">, revocation: string): Promise<void> {
  const { self, ledger, log } = desk;
  if (ledger.isRevoked(grantId)) return;
  try {
    const place = { grantId, tid: self.place.tid, issuer: self.place.uid };
    openRevocation(decodeBase64url(revocation), place, self.userKey);
  } catch (error) {
    return log.error("lending.not_taken_back", error);
  }
  const record = { is: "lent.revoked", grantId } as const;
  await desk.journal.append(writeLending(record), () => ledger.apply(record));
  log.info("lending.taken_back");
  desk.onChange();
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

const no = (error: string, counted = false) => ({ answer: { error } satisfies Answer, counted });

async function actOn(
  desk: Desk,
  grant: Grant,
  { useId, opened }: Wanted,
): Promise<{ answer: Answer; counted: boolean }> {
  const reason = reasonAgainst(desk, grant, useId);
  if (reason) return no(reason);
  if (!(await untilHeld(desk, grant.grantId))) return no(reasonAgainst(desk, grant, useId) ?? LOCKED);
  const text = utf8Decode(opened.request);
  const method = methodOf(text);
  if (!method || !grant.methods.includes(method))
    return no(`The grant allows ${grant.methods.join(", ")} and nothing else.`);
  if (grant.asks && !(await askOwner(desk, { useId, grantId: grant.grantId, request: text })))
    return no("The other person did not allow it.");
  return send(desk, grant, { useId, text });
}

async function send(desk: Desk, grant: Grant, { useId, text }: { readonly useId: Id<"use">; readonly text: string }) {
  const { held, ledger } = desk;
  const lent = () => held.findLent(grant.grantId);
  const holdings = {
    find: (as: string) => itemsOf(lent()).find((item) => item.as === as),
    list: () => itemsOf(lent()),
  };
  let counted = false;
  const beforeSent = async () => {
    const late = reasonAgainst(desk, grant, useId);
    if (late) throw new Refused(late);
    await count(desk, grant, useId);
    counted = true;
    if (ledger.isRevoked(grant.grantId)) throw new Refused(REVOKED); // heard while it was being counted
  };
  try {
    const reply = await sendRequest(text, holdings, { fetch: desk.fetch, beforeSent });
    return { answer: replied(reply), counted };
  } catch (error) {
    if (error instanceof Refused) return no(error.message, counted);
    throw error;
  }
}

const itemsOf = (lent: Lent | undefined) => (lent ? [lent.item] : []);

const LOCKED = "The other agent is locked: its owner has to open it on one of their devices.";
const REVOKED = "The grant was taken back.";

/** Undefined while the grant stands. */
function reasonAgainst({ ledger, underWay, now }: Desk, grant: Grant, useId: Id<"use">): string | undefined {
  const { grantId, maxUses } = grant;
  if (ledger.isRevoked(grantId)) return REVOKED;
  if (ledger.has(useId)) return "This use was counted before; whether it was carried out is not known.";
  if (ledger.usesOf(grantId) + (underWay.get(grantId) ?? 0) >= maxUses) return "The grant has no uses left.";
  try {
    demandInTime(grant, now());
  } catch (error) {
    if (error instanceof CryptoError) return "The time of the grant is over.";
    throw error;
  }
  return undefined;
}

/** Taken at once, in one step with the look whether there is one left; kept before anything is sent. */
async function count(
  { underWay, journal, ledger, now, onChange }: Desk,
  { grantId }: Grant,
  useId: Id<"use">,
): Promise<void> {
  const add = (by: 1 | -1) => underWay.set(grantId, (underWay.get(grantId) ?? 0) + by);
  let isKept = false;
  add(1);
  try {
    await journal.append(writeLending({ is: "lent.counted", grantId, useId, at: now() }), () => {
      ledger.apply({ is: "lent.counted", grantId, useId, at: now() });
      isKept = true;
      add(-1); // in the same moment, or it would count twice for a while
    });
  } finally {
    if (!isKept) add(-1);
  }
  onChange();
}

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
