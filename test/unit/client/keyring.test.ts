import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { makeKeyring, type NewKeyring, unlockByPassphrase, unlockByPhrase } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { readPhrase } from "#shared/crypto/slots/bip39.ts";
import { newId } from "#shared/ids.ts";
import { findSentinels } from "#test/support/sentinels.ts";

const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const passphrase = "seven plain words nobody else has chosen";

describe("a keyring", () => {
  let made: NewKeyring;
  let kept: Keyring;
  const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };
  const unlock = (keyring: Keyring, more: object = {}, from = place) =>
    unlockByPassphrase(keyring, from, passphrase, { deriveArgon2id, ...more });

  beforeAll(async () => {
    made = await makeKeyring(place, passphrase, { deriveArgon2id, now });
    kept = { ...made.request, ...times };
  });

  it("opens to the same account by passphrase and by recovery phrase", async () => {
    expect((await unlock(kept)).account).toEqual(made.account);
    expect(unlockByPhrase(kept, place, ` ${made.recoveryPhrase.toUpperCase()} `).account).toEqual(made.account);
  });

  it("stays closed for a wrong passphrase, and for another's words", async () => {
    const wrong = unlockByPassphrase(kept, place, "something else entirely", { deriveArgon2id });
    await expect(wrong).rejects.toMatchObject({ code: "crypto.commitment" });
    const other = await makeKeyring(place, passphrase, { deriveArgon2id, now });
    expect(() => unlockByPhrase(kept, place, other.recoveryPhrase)).toThrow(
      expect.objectContaining({ code: "crypto.commitment" }),
    );
  });

  it("B15 is refused when the server gives it to another user, or swaps a slot of another keyring in", async () => {
    const someoneElse = { ...place, uid: newId("user", now) };
    await expect(unlock(kept, {}, someoneElse)).rejects.toMatchObject({ code: "crypto.commitment" });
    const other = await makeKeyring(place, passphrase, { deriveArgon2id, now });
    const swapped = { ...kept, slots: [other.request.slots[0], kept.slots[1]].filter((slot) => slot !== undefined) };
    await expect(unlock(swapped)).rejects.toMatchObject({ code: "crypto.context" });
  });

  it("B14 is refused with weaker parameters than this device last saw, before anything is derived", async () => {
    let derived = 0;
    const counting: typeof deriveArgon2id = (...args) => {
      derived++;
      return deriveArgon2id(...args);
    };
    const pin = { ...made.pin, argon: { memoryKib: 65_536, passes: 4, lanes: 4 } };
    const opening = unlockByPassphrase(kept, place, passphrase, { deriveArgon2id: counting, pin });
    await expect(opening).rejects.toMatchObject({ code: "crypto.kdf_params" });
    expect(derived).toBe(0);
  });

  it("B15 is refused when a removed slot comes back: an older set of slots than this device has seen", async () => {
    const pin = { slotSet: { ...made.pin.slotSet, slotSeq: 2 } };
    await expect(unlock(kept, { pin })).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  it("is refused when a slot is dropped, or its set altered", async () => {
    const dropped = { ...kept, slots: kept.slots.slice(0, 1) };
    await expect(unlock(dropped)).rejects.toMatchObject({ code: "crypto.context" });
    const bytes = decodeBase64url(kept.slotSet);
    bytes[45] = (bytes[45] ?? 0) ^ 1;
    await expect(unlock({ ...kept, slotSet: encodeBase64url(bytes) })).rejects.toMatchObject({
      code: "crypto.signature",
    });
  });

  it("B16 is refused when its identity or its root key is replaced by another's", async () => {
    const other = await makeKeyring(place, "another passphrase of this person", { deriveArgon2id, now });
    await expect(unlock({ ...kept, rootPub: other.request.rootPub })).rejects.toMatchObject({ code: "crypto.context" });
    await expect(unlock({ ...kept, identity: other.request.identity })).rejects.toThrow();
    await expect(unlock({ ...kept, bundle: other.request.bundle })).rejects.toMatchObject({ code: "crypto.context" });
  });

  it("B12 sends nothing that opens it: neither passphrase nor words stand in the request, in any spelling", async () => {
    const everything = [passphrase, made.recoveryPhrase, new TextDecoder().decode(readPhrase(made.recoveryPhrase))];
    const blobs = Object.values({ ...made.request, slots: "" }).concat(made.request.slots.map(({ blob }) => blob));
    const seen = [JSON.stringify(made.request), ...blobs.map((blob) => Buffer.from(String(blob), "base64url"))];
    const places = seen.map((bytes, index) => ({ where: String(index), bytes: Buffer.from(bytes) }));
    expect(await findSentinels(everything, places)).toEqual([]);
  });
});
