import type { Client } from "#shared/client/api-client.ts";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import { demandPassphrase, keepKeyring } from "../change-keyring.ts";
import type { Account } from "../keyring.ts";
import { type Rotation, type RotationMeans, rotateRoot } from "./rotate-root.ts";

interface Keeping extends RotationMeans {
  readonly api: Pick<Client<typeof keyringContract>, "getKeyring" | "changeKeyring">;
}

type Kept = Omit<Rotation, "request">;

/** Asks for the present passphrase: an open browser alone must not be enough to lock its owner out. @throws crypto.commitment */
export async function changeAllKeys(
  account: Account,
  { present, next }: { readonly present: string; readonly next: string },
  means: Keeping,
): Promise<Kept> {
  await demandPassphrase(await means.api.getKeyring({}), account, present, means);
  return rotateAfterRecovery(account, next, means);
}

/**
 * The end of every recovery: whoever came in by a factor that was meant for once takes new keys, a new passphrase and twelve new words,
 * and the old ones open nothing more. The account that this gives still carries the old keys; `finishRotation` seals everything anew.
 * @throws ApiError("keyring.changed") when another device changed the keyring meanwhile
 */
export async function rotateAfterRecovery(account: Account, passphrase: string, means: Keeping): Promise<Kept> {
  const { request, ...rotation } = await rotateRoot(await means.api.getKeyring({}), account, passphrase, means);
  await keepKeyring(means.api, request);
  return rotation;
}
