import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { openRevocation } from "#shared/crypto/grants/revocation.ts";
import type { Id } from "#shared/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Journal } from "../state/journal.ts";
import type { LendingHeld, Self } from "./held.ts";
import { type Ledger, writeLending } from "./ledger.ts";

interface TakingBack {
  readonly self: Self;
  readonly held: Pick<LendingHeld, "findBorrowed">;
  readonly ledger: Ledger;
  readonly journal: Pick<Journal, "append">;
  readonly log: Log;
  readonly onChange: () => void;
}

/**
 * Only by its issuer's signature: the owner's of what this agent lends, the other person's of what they have handed over. It is kept,
 * so that no device that has not heard of it can bring the grant back. A word about what is not held yet comes again with each look.
 */
export async function takeBack(desk: TakingBack, grantId: Id<"grant">, revocation: string): Promise<void> {
  const { self, held, ledger, journal, log, onChange } = desk;
  if (ledger.isRevoked(grantId)) return;
  const { tid, uid } = self.place;
  const borrowed = held.findBorrowed(grantId);
  const [issuer, key] = borrowed ? [borrowed.grant.issuer.userId, borrowed.issuerKey] : [uid, self.userKey];
  try {
    openRevocation(decodeBase64url(revocation), { grantId, tid, issuer }, key);
  } catch (error) {
    return log.error("lending.not_taken_back", error);
  }
  const record = { is: "lent.revoked", grantId } as const;
  await journal.append(writeLending(record), () => ledger.apply(record));
  log.info("lending.taken_back");
  onChange();
}
