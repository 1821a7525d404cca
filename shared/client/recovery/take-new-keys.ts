import type { recoveryContract } from "#shared/contracts/recovery.ts";
import { ApiError, type Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { rotateAfterRecovery } from "../rotation/change-all-keys.ts";
import { type AskingMeans, endRecovery, forgetAsking, readAsking } from "./own-recovery.ts";

type Keeping = Parameters<typeof rotateAfterRecovery>[2];
interface Ending extends Keeping, Pick<AskingMeans, "database" | "folder"> {
  readonly recovery: Pick<Client<typeof recoveryContract>, "end">;
}

/**
 * New keys for whoever came in by what was kept for recovery. A recovery by contacts that this browser began is over only when they are
 * kept, and no sooner: until then its shares are the one way in, and to ask for them again takes another two days.
 * @throws as `rotateAfterRecovery`; nothing has been ended then
 */
export async function takeNewKeys(account: Account, passphrase: string, means: Ending) {
  const asking = await readAsking(means);
  const kept = await rotateAfterRecovery(account, passphrase, means);
  if (!asking) return kept;
  try {
    await endRecovery(means.recovery, kept.account, asking.recoveryId, "recovered"); // the service knows the new keys alone now
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // the keys are kept and their words have to be shown, whatever it answers
  }
  await forgetAsking(means); // its shares open nothing any more
  return kept;
}
