import { describe, expect, it } from "vitest";
import { makeKeyring } from "#shared/client/keyring.ts";
import { isRootDue, rootSince } from "#shared/client/rotation/root-age.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { newId } from "#shared/ids.ts";
import { quickArgon } from "#test/support/rotation-world.ts";

const DAY_MS = 86_400_000;
const now = new Date("2030-01-01T00:00:00Z");
const later = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
const place = { tid: newId("tenant", now), uid: newId("user", now) };

describe("the age of a root", () => {
  it("is counted from the statement that brought it, and is too much after a year", async () => {
    const { account, request } = await makeKeyring(place, "first", { deriveArgon2id: quickArgon, now });
    const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };
    const keyring: Keyring = { ...request, ...times };
    const next = await rotateRoot(keyring, account, "second", { deriveArgon2id: quickArgon, now: later(300) });
    expect(rootSince([request.bundle])).toEqual(now);
    expect(rootSince([request.bundle, next.request.bundle])).toEqual(later(300));
    expect(rootSince([])).toBeUndefined();
    expect([isRootDue(now, later(365)), isRootDue(now, later(366))]).toEqual([false, true]);
  });
});
