import * as z from "zod";
import { At } from "#shared/channel/app-model.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { type Id, idOf } from "#shared/ids.ts";

const Offers = z.object({ vault: z.int().nonnegative(), lending: z.int().nonnegative() });
/** What the owner's devices say that the agent may hold: of their vault, and of what they lend and borrow. */
export type OfferKind = keyof z.infer<typeof Offers>;

/**
 * What an agent has done for others, as the journal keeps it: counted before it is done, so that a crash never gives a use away. And how
 * new the last offer was, so that none of an older version is taken after a restart.
 */
export const LendingRecord = z.discriminatedUnion("is", [
  z.object({ is: z.literal("lent.counted"), grantId: idOf("grant"), useId: idOf("use"), at: At }),
  z.object({ is: z.literal("lent.revoked"), grantId: idOf("grant") }),
  z.object({ is: z.literal("offer.taken"), of: Offers.keyof(), version: z.int().positive() }),
]);
type LendingRecord = z.infer<typeof LendingRecord>;

export const writeLending = (record: LendingRecord): Uint8Array => utf8(JSON.stringify(record));

export const SavedLedger = z.object({
  uses: z.array(z.tuple([idOf("grant"), z.int().positive()])),
  revoked: z.array(idOf("grant")),
  recent: z.array(z.tuple([idOf("use"), At])),
  offers: Offers.default({ vault: 0, lending: 0 }), // not in what was saved before they were kept
});
export type SavedLedger = z.infer<typeof SavedLedger>;

/** Only records change it. */
export interface Ledger {
  apply(record: LendingRecord): void;
  usesOf(grantId: Id<"grant">): number;
  isRevoked(grantId: Id<"grant">): boolean;
  /** This very use was counted. */
  has(useId: Id<"use">): boolean;
  /** The version of the newest offer of this kind; 0 before the first. */
  offered(of: OfferKind): number;
  write(nowMs: number): SavedLedger;
}

const REMEMBER_MS = 600_000; // a use is signed for one minute

export function makeLedger(saved?: SavedLedger): Ledger {
  const uses = new Map<Id<"grant">, number>(saved?.uses);
  const revoked = new Set<Id<"grant">>(saved?.revoked);
  const recent = new Map<Id<"use">, number>(saved?.recent);
  const offers = { vault: 0, lending: 0, ...saved?.offers };
  return {
    apply(record) {
      if (record.is === "lent.revoked") return void revoked.add(record.grantId);
      if (record.is === "offer.taken") {
        offers[record.of] = Math.max(offers[record.of], record.version);
        return;
      }
      if (recent.has(record.useId)) return;
      recent.set(record.useId, record.at);
      uses.set(record.grantId, (uses.get(record.grantId) ?? 0) + 1);
    },
    usesOf: (grantId) => uses.get(grantId) ?? 0,
    isRevoked: (grantId) => revoked.has(grantId),
    has: (useId) => recent.has(useId),
    offered: (of) => offers[of],
    write: (nowMs) => ({
      uses: [...uses],
      revoked: [...revoked],
      offers: { ...offers },
      recent: [...recent].filter(([, at]) => at + REMEMBER_MS > nowMs),
    }),
  };
}
