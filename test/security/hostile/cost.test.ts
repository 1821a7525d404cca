import { beforeEach, describe, expect, it } from "vitest";
import { type Account, type KeyringPin, makeKeyring, unlockByPassphrase } from "#shared/client/keyring.ts";
import { type Keyring, keyringContract } from "#shared/contracts/keyring.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { u32 } from "#shared/crypto/encoding/bytes.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { newId } from "#shared/ids.ts";
import { VaultWorld } from "#test/support/vault-world.ts";
import { type Exchange, overWire } from "./double.ts";

/** A server that lies about what opens an account, between the real client and the real keyring. */
const passphrase = "seven plain words nobody else has chosen";
let world: VaultWorld;
let place: Pick<Account, "tid" | "uid">;
let pin: KeyringPin;
let account: Account;
let serveKeyring: (request: Request) => Promise<Response>;
let derived: number;
let log: Exchange[];

/** Stands where Argon2id stands: what it costs is not the question, only whether it is asked. */
const deriveArgon2id: DeriveArgon2id = async (_, phrase, salt) => {
  derived++;
  return sha256(phrase, salt);
};

beforeEach(async () => {
  world = new VaultWorld();
  place = { tid: newId("tenant", world.clock), uid: newId("user", world.clock) };
  const made = await makeKeyring(place, passphrase, { deriveArgon2id, now: world.clock });
  ({ pin, account } = made);
  ({ serveKeyring } = await world.settle(made));
  derived = 0;
  log = [];
});

/** Unlocks what the server shows after its edit. */
async function unlock(edit: (keyring: Keyring) => Keyring, known: KeyringPin | undefined = undefined) {
  const lie = (reply: object) => edit(keyringContract.getKeyring.reply.parse(reply));
  const api = overWire(keyringContract, { serve: serveKeyring, edit: lie, log });
  return unlockByPassphrase(await api.getKeyring({}), place, passphrase, { deriveArgon2id, pin: known });
}

const withSlot = (edit: (blob: Uint8Array) => Uint8Array) => (keyring: Keyring) => ({
  ...keyring,
  slots: keyring.slots.map((slot) =>
    slot.type === "passphrase" ? { ...slot, blob: encodeBase64url(edit(decodeBase64url(slot.blob))) } : slot,
  ),
});

const TRIES = 5;
const PARAMS_AT = 5 + 1 + 16 * 3 + 4 + 2 + 1; // behind magic, suite, type, three ids, generation, length and flags

const withParams = (m: number, t: number, p: number) =>
  withSlot((blob) => {
    const edited = Uint8Array.from(blob);
    edited.set(Buffer.concat([u32(m), u32(t), u32(p)]), PARAMS_AT);
    return edited;
  });

it("opens as it was made", async () => {
  expect((await unlock((keyring) => keyring)).account).toEqual(account);
  expect((await unlock(withParams(65_536, 3, 4))).account).toEqual(account);
  expect(derived).toBe(2);
});

describe("B13 BW07 LP04 DL04 1P04: a passphrase made cheap to guess, or dear to check", () => {
  it.each([
    ["eight KiB and one pass", 8, 1, 1],
    ["a little less memory", 65_535, 3, 4],
    ["one pass less", 65_536, 2, 4],
    ["no lanes", 65_536, 3, 0],
    ["nothing at all", 0, 0, 0],
    ["two GiB", 2 ** 31, 3, 4],
    ["more passes than anybody waits for", 65_536, 2 ** 32 - 1, 4],
    ["more lanes than there are", 65_536, 3, 17],
  ])("is refused before anything is derived or sent, within 50 ms: %s", async (_, m, t, p) => {
    const took = [];
    for (let i = 0; i < TRIES; i++) {
      const began = performance.now();
      await expect(unlock(withParams(m, t, p))).rejects.toMatchObject({ code: "crypto.kdf_params" });
      took.push(performance.now() - began);
    }
    expect(Math.min(...took)).toBeLessThan(50); // of a few: other work on this machine is no work of the client's
    expect([derived, log.length]).toEqual([0, TRIES]);
  });
});

describe("B14 a slot cheaper than the one this device has opened", () => {
  it("is refused before anything is derived, though it is no cheaper than the floor", async () => {
    const dearer = { ...pin, argon: { memoryKib: 131_072, passes: 3, lanes: 4 } };
    await expect(unlock((keyring) => keyring, dearer)).rejects.toMatchObject({ code: "crypto.kdf_params" });
    expect(derived).toBe(0);
  });

  it("costs nothing but a wrong answer, where it is dearer than it was made", async () => {
    await expect(unlock(withParams(65_536, 4, 4), pin)).rejects.toMatchObject({ code: "crypto.commitment" });
  });
});

describe("B15 slots that change places", () => {
  const wrongKey = { code: "crypto.commitment" };

  it("do not open as another type, with another salt, or with the device secret that a flag asks for", async () => {
    const bytes = { type: 5, salt: PARAMS_AT + 12, flag: PARAMS_AT - 1 };
    await expect(unlock(withSlot((blob) => blob.with(bytes.salt, (blob[bytes.salt] ?? 0) ^ 1)))).rejects.toMatchObject(
      wrongKey,
    );
    await expect(unlock(withSlot((blob) => blob.with(bytes.flag, 1)))).rejects.toMatchObject(wrongKey);
    for (const type of [3, 5, 6])
      await expect(unlock(withSlot((blob) => blob.with(bytes.type, type)))).rejects.toMatchObject({
        code: "crypto.format",
      });
    for (const type of [0, 7, 8, 255])
      await expect(unlock(withSlot((blob) => blob.with(bytes.type, type)))).rejects.toMatchObject({
        code: "crypto.suite",
      });
  });

  it("do not open in another's place, even under the same passphrase", async () => {
    const other = await makeKeyring({ ...place, uid: newId("user", world.clock) }, passphrase, {
      deriveArgon2id,
      now: world.clock,
    });
    const { slots } = other.request;
    const swapped = unlock((keyring) => ({ ...keyring, slots: [...slots, ...keyring.slots].slice(0, 2) }));
    await expect(swapped).rejects.toMatchObject(wrongKey);
    const whole = unlock((keyring) => ({ ...keyring, ...other.request }));
    await expect(whole).rejects.toMatchObject(wrongKey);
  });

  it("are refused with a set that the root did not list", async () => {
    const dropped = unlock((keyring) => ({
      ...keyring,
      slots: keyring.slots.filter(({ type }) => type === "passphrase"),
    }));
    await expect(dropped).rejects.toMatchObject({ code: "crypto.context" });
    const random = encodeBase64url(makeBytes(147));
    await expect(unlock((keyring) => ({ ...keyring, slotSet: random }))).rejects.toMatchObject({
      code: "crypto.suite",
    });
    const later = { slotSet: { slotSeq: 2, hash: new Uint8Array(32) } };
    await expect(unlock((keyring) => keyring, later)).rejects.toMatchObject({ code: "crypto.rollback" });
  });
});
