import { wordlist } from "@scure/bip39/wordlists/english.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { addPasskey, LastWay, removeSlot, renewPhrase, renewRecoveryKey } from "#shared/client/change-keyring.ts";
import {
  type KeyringPin,
  makeKeyring,
  type NewKeyring,
  unlockByPasskey,
  unlockByPassphrase,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { prfInputOf } from "#shared/crypto/slots/passkey-slot.ts";
import { makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { newId } from "#shared/ids.ts";
import { findSentinels } from "#test/support/sentinels.ts";

vi.setConfig({ testTimeout: 60_000 });

const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const present = "seven plain words nobody else has chosen";
const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };
const code = (value: string) => expect.objectContaining({ code: value });
const passkeyOf = () => ({ credentialId: makeBytes(16), prfOutput: makeBytes(32) });
const passkey = passkeyOf();

describe("the ways to open a vault", () => {
  let made: NewKeyring;
  let first: Keyring;
  let keyring: Keyring;
  let pin: KeyringPin;
  let recoveryKey: string;
  const means = (more: object = {}) => ({ deriveArgon2id, now, pin, ...more });
  const take = (change: { readonly request: object; readonly pin: KeyringPin }) => {
    keyring = { ...first, ...change.request };
    pin = change.pin;
  };
  const slotIdOf = (type: string) => {
    const slot = keyring.slots.find((candidate) => candidate.type === type);
    if (!slot) throw new Error(`no slot of type ${type}`);
    return slot.id;
  };

  beforeAll(async () => {
    made = await makeKeyring(place, present, { deriveArgon2id, now });
    first = { ...made.request, ...times };
    keyring = first;
    pin = made.pin;
    const change = await renewRecoveryKey(keyring, made.account, present, means());
    recoveryKey = change.recoveryKey;
    take(change);
    take(await addPasskey(keyring, made.account, { present, passkey }, means()));
  });

  it("open one and the same account, each of them", async () => {
    expect(keyring.slots.map(({ type }) => type)).toEqual(["passphrase", "bip39", "hardware_key", "passkey"]);
    const opened = [
      await unlockByPassphrase(keyring, place, present, { deriveArgon2id, pin }),
      unlockByPhrase(keyring, place, made.recoveryPhrase, { pin }),
      unlockByRecoveryKey(keyring, place, recoveryKey.replaceAll("-", " "), { pin }),
      unlockByPasskey(keyring, place, passkey, { pin }),
    ];
    for (const { account } of opened) expect(account).toEqual(made.account);
  });

  it("B15 are each refused when the service swaps the secret's slot for another's", async () => {
    const other = await makeKeyring({ ...place, uid: newId("user", now) }, present, { deriveArgon2id, now });
    const otherFirst: Keyring = { ...other.request, ...times };
    const theirs = await renewRecoveryKey(otherFirst, other.account, present, { deriveArgon2id, now });
    const swap = (type: string, blob: string | undefined) => ({
      ...keyring,
      slots: keyring.slots.map((slot) => (slot.type === type ? { ...slot, blob: blob ?? "" } : slot)),
    });
    const key = theirs.request.slots.find(({ type }) => type === "hardware_key");
    expect(() => unlockByRecoveryKey(swap("hardware_key", key?.blob), place, recoveryKey)).toThrow(
      code("crypto.commitment"),
    );
    const words = keyring.slots.find(({ type }) => type === "bip39");
    expect(() => unlockByRecoveryKey(swap("hardware_key", words?.blob), place, recoveryKey)).toThrow(
      code("crypto.commitment"),
    );
    const someoneElse = { ...place, uid: newId("user", now) };
    expect(() => unlockByPasskey(keyring, someoneElse, passkey)).toThrow(code("crypto.commitment"));
    expect(() => unlockByRecoveryKey(keyring, someoneElse, recoveryKey)).toThrow(code("crypto.commitment"));
  });

  it("tell a wrong key, a key of somebody else, and a passkey that has no slot apart", () => {
    expect(() => unlockByRecoveryKey(keyring, place, `${recoveryKey.slice(0, -1)}1`)).toThrow(code("crypto.phrase"));
    expect(() => unlockByPasskey(keyring, place, passkeyOf())).toThrow(code("crypto.context"));
    const wrong = { ...passkey, prfOutput: makeBytes(32) };
    expect(() => unlockByPasskey(keyring, place, wrong)).toThrow(code("crypto.commitment"));
    expect(() => unlockByPasskey(keyring, place, { ...passkey, prfOutput: makeBytes(31) })).toThrow(code("crypto.key"));
    expect(() => unlockByRecoveryKey(first, place, recoveryKey)).toThrow(code("crypto.context"));
  });

  it("D06 are not found by mistyping: 2,000 phrases with one wrong word, 0 unlocks", () => {
    const words = made.recoveryPhrase.split(" ");
    const counts = { tried: 0, opened: 0, checksum: 0, commitment: 0 };
    while (counts.tried < 2000) {
      const [high = 0, low = 0] = makeBytes(2);
      const at = counts.tried % 12;
      const wrong = wordlist[(high * 256 + low) % 2048];
      if (wrong === undefined || wrong === words[at]) continue;
      counts.tried++;
      try {
        unlockByPhrase(keyring, place, words.with(at, wrong).join(" "), { pin });
        counts.opened++;
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "crypto.phrase") counts.checksum++;
        else if (error instanceof Error && "code" in error && error.code === "crypto.commitment") counts.commitment++;
        else throw error;
      }
    }
    expect(counts).toMatchObject({ tried: 2000, opened: 0 });
    expect(counts.checksum + counts.commitment).toBe(2000);
    expect(counts.commitment).toBeGreaterThan(0);
  });

  it("replace one another kind by kind: a new key makes the old one dead, and nothing else", async () => {
    const change = await renewRecoveryKey(keyring, made.account, present, means());
    const after: Keyring = { ...first, ...change.request };
    expect(after.slots.map(({ type }) => type)).toEqual(keyring.slots.map(({ type }) => type));
    expect(unlockByRecoveryKey(after, place, change.recoveryKey, change).account).toEqual(made.account);
    expect(() => unlockByRecoveryKey(after, place, recoveryKey)).toThrow(code("crypto.commitment"));
    expect(unlockByPasskey(after, place, passkey, change).account).toEqual(made.account);
    expect(() => unlockByRecoveryKey(keyring, place, recoveryKey, change)).toThrow(code("crypto.rollback"));
    const words = await renewPhrase(after, made.account, present, means({ pin: change.pin }));
    expect(words.request.slots.slice(2)).toEqual(after.slots.slice(2));
  });

  it("are removed one by one, after which that one opens nothing", async () => {
    const gone = await removeSlot(keyring, made.account, { present, slotId: slotIdOf("passkey") }, means());
    const after: Keyring = { ...first, ...gone.request };
    expect(() => unlockByPasskey(after, place, passkey, gone)).toThrow(code("crypto.context"));
    expect(unlockByRecoveryKey(after, place, recoveryKey, gone).account).toEqual(made.account);
    expect(() => unlockByRecoveryKey(keyring, place, recoveryKey, gone)).toThrow(code("crypto.rollback"));
  });

  it("never leave an authenticator alone: what a person holds stays", async () => {
    const alone = keyring.slots.filter(({ type }) => type === "passphrase" || type === "passkey");
    const slotSet = makeSlotSet(
      made.account.root,
      9,
      alone.map(({ blob }) => decodeBase64url(blob)),
      made.account.root.slotMac,
    );
    const short: Keyring = { ...keyring, slots: alone, slotSeq: 9, slotSet: encodeBase64url(slotSet) };
    const removing = removeSlot(short, made.account, { present, slotId: slotIdOf("passphrase") }, means());
    await expect(removing).rejects.toThrow(LastWay);
  });

  it("are changed by the passphrase only: an open browser alone is not enough", async () => {
    const wrong = "another seven words that are not it";
    const refused = { code: "crypto.commitment" };
    await expect(renewRecoveryKey(keyring, made.account, wrong, means())).rejects.toMatchObject(refused);
    await expect(addPasskey(keyring, made.account, { present: wrong, passkey }, means())).rejects.toMatchObject(
      refused,
    );
    const removing = removeSlot(keyring, made.account, { present: wrong, slotId: slotIdOf("passkey") }, means());
    await expect(removing).rejects.toMatchObject(refused);
  });

  it("B12 send nothing that opens: neither the key nor what the authenticator computed", async () => {
    const secrets = [recoveryKey, recoveryKey.replaceAll("-", ""), Buffer.from(passkey.prfOutput).toString("latin1")];
    const bytes = [JSON.stringify(keyring), ...keyring.slots.map(({ blob }) => Buffer.from(blob, "base64url"))];
    const places = bytes.map((one, index) => ({ where: String(index), bytes: Buffer.from(one) }));
    expect(await findSentinels(secrets, places)).toEqual([]);
  });

  it("ask every authenticator for a secret of this person alone", () => {
    expect(prfInputOf(place.uid)).toHaveLength(32);
    expect(prfInputOf(place.uid)).not.toEqual(prfInputOf(newId("user", now)));
  });
});
