import { changePassphrase } from "#shared/client/change-keyring.ts";
import { vault } from "../api.ts";
import { workerArgon2id } from "../device/argon2.ts";
import { keepPin, vaultState } from "./vault.ts";

/** Afterwards this browser refuses the keyring from before, should the server bring it back. */
export async function changeVaultPassphrase(present: string, next: string): Promise<void> {
  const state = vaultState.get();
  if (state.is !== "open") throw new Error("The vault is locked.");
  const { account, pin } = state;
  const means = { deriveArgon2id: workerArgon2id, now: new Date(), pin };
  const change = await changePassphrase(await vault.getKeyring({}), account, { present, next }, means);
  await vault.changeKeyring(change.request);
  await keepPin(account, change.pin);
}
