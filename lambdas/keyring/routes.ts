import type { Implementation } from "#platform/pipe/http.ts";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import { addDevice, listDevices, revokeDevice } from "./devices.ts";
import {
  changeKeyring,
  createKeyring,
  finishRotation,
  getIdentity,
  recordRecoveryCheck,
  showKeyring,
} from "./keyring.ts";

export const keyringRoutes: Implementation<typeof keyringContract, object> = {
  getKeyring: showKeyring,
  createKeyring,
  changeKeyring,
  recordRecoveryCheck,
  finishRotation,
  getIdentity,
  addDevice,
  listDevices,
  revokeDevice,
};
