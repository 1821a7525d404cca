import { makeKeyring } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/vault.ts";
import { newId } from "#shared/ids.ts";
import { nodeArgon2id as deriveArgon2id } from "#test/support/argon2.ts";

/** A vault that really opens, of one person in one organisation. */
const now = new Date();
const at = new Date(now.getTime() - 30 * 86_400_000).toISOString();
export const place = { tid: newId("tenant", now), uid: newId("user", now) };
export const made = await makeKeyring(place, "not typed in these pictures", { deriveArgon2id, now });
export const keyring: Keyring = { ...made.request, recoveryCheckedAt: at, createdAt: at, updatedAt: at };
