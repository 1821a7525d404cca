import type { Client } from "#shared/client/api-client.ts";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import {
  demandNoFewer,
  NO_REVOCATIONS,
  openRevocations,
  type Revocations,
  signRevocations,
} from "#shared/crypto/account/device-revocations.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";
import type { Database } from "./database.ts";

export interface RevokeMeans {
  readonly keyring: Pick<Client<typeof keyringContract>, "listDevices" | "revokeDevice">;
  readonly account: Account;
  readonly database: Database;
  readonly folder: string;
}

interface Pin {
  readonly rootGen: number;
  readonly statement: string;
}

/** Which devices were taken back, as far as this device has seen. @throws CryptoError when the server shows fewer than before */
export async function readRevocations(
  means: RevokeMeans,
): Promise<{ readonly statement: string | undefined; readonly revocations: Revocations }> {
  const { account, database, folder } = means;
  const { revocations: served } = await means.keyring.listDevices({});
  const now = openOwn(account, served);
  const pin = await database.get<Pin>(`${folder}/revocations-pin`);
  if (pin?.rootGen === account.root.urkGen) demandNoFewer(now, openOwn(account, pin.statement));
  if (now.seq === 0 || !served) return { statement: undefined, revocations: NO_REVOCATIONS };
  const next: Pin = { rootGen: account.root.urkGen, statement: served };
  await database.put(`${folder}/revocations-pin`, next);
  return { statement: served, revocations: now };
}

/** What a root before this one has signed takes back nothing that this one has certified. */
function openOwn({ tid, uid, root }: Account, statement: string | null): Revocations {
  if (statement === null) return NO_REVOCATIONS;
  try {
    return openRevocations(decodeBase64url(statement), { tid, uid, rootKey: root.rootSign.publicKey });
  } catch (error) {
    if (error instanceof CryptoError && error.code === "crypto.signature") return NO_REVOCATIONS;
    throw error;
  }
}

/**
 * Takes a device's certificate back: agents refuse it from when they hear of it, and the relay at once.
 * @throws ApiError("device.list_changed") when another device was faster; CryptoError as `readRevocations`
 */
export async function revokeDevice(means: RevokeMeans, deviceId: Id<"device">): Promise<void> {
  const { account, keyring } = means;
  const { revocations } = await readRevocations(means);
  demand(!revocations.devices.has(deviceId), "crypto.context");
  const next = { seq: revocations.seq + 1, devices: new Set([...revocations.devices, deviceId]) };
  const statement = encodeBase64url(signRevocations(account, next, account.root.rootSign.secretKey));
  await keyring.revokeDevice({ deviceId, revocations: statement });
  await readRevocations(means);
}
