import type { Log } from "../platform/log.ts";
import type { Journal } from "../state/journal.ts";
import { type Ledger, type OfferKind, writeLending } from "./ledger.ts";

interface Keeping {
  readonly ledger: Ledger;
  readonly journal: Pick<Journal, "append">;
  readonly log: Log;
}

/** Keeps how new an offer was that was taken: in the sealed journal, so that a task after this one knows it too. */
export function rememberOffer({ ledger, journal, log }: Keeping, of: OfferKind, version: number): void {
  if (version <= ledger.offered(of)) return;
  const record = { is: "offer.taken", of, version } as const;
  journal
    .append(writeLending(record), () => ledger.apply(record))
    .catch((error: unknown) => log.error("offer.not_kept", error));
}
