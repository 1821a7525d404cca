import { expect, it } from "vitest";
import { sayRootDue } from "#sdk/cli/commands/account/root-due.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { makeKeyring } from "#shared/client/keyring.ts";
import { newId } from "#shared/ids.ts";

it("`ocmt unlock` says that the keys are due once they are more than a year old, and opens where that cannot be known", async () => {
  const now = new Date(1_900_000_000_000);
  const place = { tid: newId("tenant", now), uid: newId("user", now) };
  const { request } = await makeKeyring(place, "a passphrase", { deriveArgon2id: async () => new Uint8Array(32), now });
  const keyring = { getIdentity: async () => ({ userId: place.uid, bundles: [request.bundle] }) };
  const later = (days: number) => new Date(now.getTime() + days * 24 * 3_600_000);
  expect(await sayRootDue(keyring, place.uid, later(365))).toBeUndefined();
  expect(await sayRootDue(keyring, place.uid, later(366))).toContain("ocmt keys rotate");
  const away = { getIdentity: () => Promise.reject(new ApiError("network", "away")) };
  expect(await sayRootDue(away, place.uid, later(366))).toBeUndefined();
});
