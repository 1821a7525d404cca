import type { Implementation } from "#platform/pipe/http.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import { addDevice, listDevices } from "./devices.ts";
import { changeKeyring, createKeyring, getKeyring, recordRecoveryCheck } from "./keyring.ts";

export const vaultRoutes: Implementation<typeof vaultContract, object> = {
  getKeyring,
  createKeyring,
  changeKeyring,
  recordRecoveryCheck,
  addDevice,
  listDevices,
};
