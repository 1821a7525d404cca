import * as z from "zod";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import { openDeviceCert, signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { type Identity, makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { deriveKemKeys } from "#shared/crypto/primitives/kem.ts";
import { deriveSignKeys } from "#shared/crypto/primitives/sign.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { type Id, idOf, newId } from "#shared/ids.ts";
import type { EnrolledDevice } from "../agent-keys.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { Database } from "./database.ts";

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const Kept = z.object({ id: idOf("device"), cert: Bytes, keys: Bytes });
type Kept = z.infer<typeof Kept>;

const YEAR_MS = 365 * 24 * 3_600_000;
const RENEW_MS = 30 * 24 * 3_600_000;
const KEYS = { name: "device-keys", version: 1 };
const SEED_BYTES = 32;

export interface DeviceInput {
  readonly account: Account;
  readonly database: Database;
  readonly folder: string;
  readonly keyring: Pick<Client<typeof keyringContract>, "addDevice">;
  readonly name: string;
  readonly now: Date;
}

/**
 * This browser or machine as a device of the account: its keys never leave it and lie here sealed by the root. One that has none yet,
 * or whose certificate is about to end, makes new ones and is registered.
 */
export async function enrolDevice(input: DeviceInput): Promise<EnrolledDevice> {
  const { account, database, folder, keyring, name, now } = input;
  const known = reopen(input, Kept.safeParse(await database.get(`${folder}/device`)).data);
  if (known) return known;
  const id = newId("device", now);
  const keys = makeDeviceKeys();
  const cert = certify(account, id, keys, now);
  await keyring.addDevice({ id, name, cert: encodeBase64url(cert) });
  const kept: Kept = { id, cert, keys: sealKeys(account, keys) };
  await database.put(`${folder}/device`, kept);
  return { id, keys, cert };
}

function reopen({ account, now }: DeviceInput, kept: Kept | undefined): EnrolledDevice | undefined {
  if (!kept) return undefined;
  const { id, cert } = kept;
  const { tid, uid, root } = account;
  try {
    openDeviceCert(cert, {
      rootKey: root.rootSign.publicKey,
      ...{ tid, uid, deviceId: id, nowMs: now.getTime() + RENEW_MS },
    });
    return { id, cert, keys: openKeys(account, kept.keys) };
  } catch {
    return undefined; // another root's, or too old: it is enrolled anew
  }
}

function certify({ tid, uid, root }: Account, deviceId: Id<"device">, keys: Identity, now: Date): Uint8Array {
  const createdAtMs = now.getTime();
  const pubs = { signKey: keys.sign.publicKey, kemKey: keys.kem.publicKey };
  const times = { createdAtMs, seq: 1, notAfterMs: createdAtMs + YEAR_MS };
  return signDeviceCert({ tid, uid, deviceId, ...pubs, ...times }, root.rootSign.secretKey);
}

const sealKeys = ({ root }: Account, { sign, kem }: Identity): Uint8Array =>
  sealForSelf(root, KEYS, concat(sign.secretKey, kem.secretKey));

function openKeys({ root }: Account, sealed: Uint8Array): Identity {
  const seeds = openForSelf(root, KEYS, sealed);
  return { sign: deriveSignKeys(seeds.slice(0, SEED_BYTES)), kem: deriveKemKeys(seeds.slice(SEED_BYTES)) };
}
