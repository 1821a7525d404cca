import { renewPhrase } from "#shared/client/change-keyring.ts";
import { vault } from "../api.ts";
import { workerArgon2id } from "../device/argon2.ts";
import { keepPin, vaultState } from "./vault.ts";

/** Twelve new words; those from before open this vault no more. */
export async function renewVaultPhrase(passphrase: string): Promise<string> {
  const state = vaultState.get();
  if (state.is !== "open") throw new Error("The vault is locked.");
  const { account, pin } = state;
  const means = { deriveArgon2id: workerArgon2id, now: new Date(), pin };
  const change = await renewPhrase(await vault.getKeyring({}), account, passphrase, means);
  await vault.changeKeyring(change.request);
  await keepPin(account, change.pin);
  return change.recoveryPhrase;
}
