import type { Id } from "#shared/ids.ts";

type UseId = Id<"use">;

/** One use is served once, however often it is handed out, and however long the journal takes. */
export interface Once {
  /** Does nothing with a use that is being served or was. The work says when it knows the use for the subject's own. */
  begin(useId: UseId, work: (isGenuine: () => void) => Promise<void>): void;
}

const KEPT_MAX = 2_000;

export function startOnce(onFailed: (error: unknown) => void): Once {
  const serving = new Set<UseId>(); // nothing that is handed out meanwhile pushes one of these out
  const genuine = new Set<UseId>(); // what was counted is in the ledger besides, for longer than a proof is good
  const junk = new Set<UseId>(); // apart, since anybody can make any number of them
  return {
    begin(useId, work) {
      if (serving.has(useId) || genuine.has(useId) || junk.has(useId)) return;
      serving.add(useId);
      work(() => remember(genuine, useId))
        .catch(onFailed)
        .finally(() => {
          serving.delete(useId);
          if (!genuine.has(useId)) remember(junk, useId);
        });
    },
  };
}

function remember(kept: Set<UseId>, useId: UseId): void {
  kept.add(useId);
  for (const oldest of kept) if (kept.size > KEPT_MAX) kept.delete(oldest);
}
