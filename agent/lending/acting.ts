import type { OfferedItem } from "#shared/channel/app-vault.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { demandInTime, type Grant } from "#shared/crypto/grants/grant.ts";
import type { Id } from "#shared/ids.ts";
import type { Journal } from "../state/journal.ts";
import { Refused } from "../vault/references.ts";
import { methodOf, sendRequest } from "../vault/request.ts";
import { type Answer, replied } from "./answer.ts";
import { type Ledger, writeLending } from "./ledger.ts";

/** Requests under a grant, by whichever agent acts: the issuer's, or the subject's that was handed the secret. */
export interface Acting {
  /** Undefined while the grant stands. */
  reasonAgainst(grant: Grant, useId: Id<"use">): string | undefined;
  /** Counted, and the count kept, before it is sent. */
  send(grant: Grant, wanted: Wanted): Promise<Done>;
}

export interface ActingInput {
  readonly ledger: Ledger;
  readonly journal: Pick<Journal, "append">;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** How often was acted has changed. */
  readonly onChange: () => void;
}

interface Wanted {
  readonly useId: Id<"use">;
  /** The request, as vault_request takes it. */
  readonly text: string;
  /** As it is held at that moment. */
  readonly findItem: () => OfferedItem | undefined;
}

export interface Done {
  readonly answer: Answer;
  readonly counted: boolean;
}

interface Desk extends ActingInput {
  readonly underWay: Map<Id<"grant">, number>; // counted, and not yet in the journal
}

const REVOKED = "The grant was taken back.";

export const no = (error: string, counted = false): Done => ({ answer: { error }, counted });

export function startActing(input: ActingInput): Acting {
  const desk: Desk = { ...input, underWay: new Map() };
  return {
    reasonAgainst: (grant, useId) => reasonAgainst(desk, grant, useId),
    send: (grant, wanted) => send(desk, grant, wanted),
  };
}

/** Undefined for a request of a kind that the grant allows. */
export function reasonAgainstMethod({ methods }: Grant, text: string): string | undefined {
  const method = methodOf(text);
  const isAllowed = method !== undefined && methods.includes(method);
  return isAllowed ? undefined : `The grant allows ${methods.join(", ")} and nothing else.`;
}

async function send(desk: Desk, grant: Grant, { useId, text, findItem }: Wanted): Promise<Done> {
  const items = () => [findItem()].filter((item) => item !== undefined);
  const holdings = { find: (as: string) => items().find((item) => item.as === as), list: items };
  let counted = false;
  const beforeSent = async () => {
    const late = reasonAgainst(desk, grant, useId);
    if (late) throw new Refused(late);
    await count(desk, grant, useId);
    counted = true;
    if (desk.ledger.isRevoked(grant.grantId)) throw new Refused(REVOKED); // heard while it was being counted
  };
  try {
    const reply = await sendRequest(text, holdings, { fetch: desk.fetch, beforeSent });
    return { answer: replied(reply), counted };
  } catch (error) {
    if (error instanceof Refused) return no(error.message, counted);
    throw error;
  }
}

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
