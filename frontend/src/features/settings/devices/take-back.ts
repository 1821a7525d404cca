import { ApiError } from "#shared/client/api-client.ts";
import type { Device } from "#shared/contracts/keyring.ts";
import { identity } from "../../../lib/api.ts";
import { revokeVaultDevice } from "../../../lib/vault/vault.ts";

/** Its certificate first, then the sign-in under which it was at the relay last. */
export async function takeBack({ id, sessionId }: Pick<Device, "id" | "sessionId">): Promise<void> {
  await revokeVaultDevice(id);
  if (!sessionId) return;
  await identity.revokeSession({ sessionId }).catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === "session.not_found")) throw error; // it had ended already
  });
}
