import { openKeyringWays } from "#shared/client/keyring-ways.ts";
import { keyring } from "../../api.ts";
import { workerArgon2id } from "../../device/argon2.ts";
import { getOpenVault, keepPin } from "../vault.ts";

/** The ways to open the vault that this page has open. */
export const vaultWays = openKeyringWays({
  ...{ api: keyring, deriveArgon2id: workerArgon2id, now: () => new Date(), keepPin },
  readOpen: async () => getOpenVault(),
});
