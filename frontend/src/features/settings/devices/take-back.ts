import { ApiError } from "#shared/client/api-client.ts";
import { signInEndingWith } from "#shared/client/device/current.ts";
import type { Device } from "#shared/contracts/keyring.ts";
import { identity } from "../../../lib/api.ts";
import { revokeVaultDevice } from "../../../lib/vault/vault.ts";

/** Its certificate first, then the sign-in that is its own. */
export async function takeBack(device: Device, all: readonly Device[]): Promise<void> {
  await revokeVaultDevice(device.id);
  const sessionId = signInEndingWith(device, all);
  if (!sessionId) return;
  await identity.revokeSession({ sessionId }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === "session.not_found")) throw error; // it had ended already
  });
}
