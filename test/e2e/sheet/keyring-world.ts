import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { makeKeyring } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { newId } from "#shared/ids.ts";

/** A vault that really opens, of one person in one organisation. */
const now = new Date(Date.now() - 30 * 86_400_000);
const at = now.toISOString();
export const place = { tid: newId("tenant", now), uid: newId("user", now) };
export const PASSPHRASE = "typed in each of these pictures";
export const made = await makeKeyring(place, PASSPHRASE, { deriveArgon2id, now });
export const keyring: Keyring = { ...made.request, recoveryCheckedAt: at, createdAt: at, updatedAt: at };
