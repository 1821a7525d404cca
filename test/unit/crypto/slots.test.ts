import { argon2Sync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat, u32, utf8 } from "#shared/crypto/encoding/bytes.ts";
import {
  ARGON_PARAMS,
  type ArgonParams,
  checkArgonParams,
  type DeriveArgon2id,
} from "#shared/crypto/primitives/argon-params.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { unwrapOnDevice, wrapForDevice } from "#shared/crypto/slots/device-slot.ts";
import { unwrapWithPassphrase, wrapWithPassphrase } from "#shared/crypto/slots/passphrase-slot.ts";
import { readSlot, unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { checkSlotSet, makeSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { quickArgon, worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const passphrase = "seven plain words nobody else would choose";
const code = (value: string) => expect.objectContaining({ code: value });

const PARAMS_AT = 4 + 1 + 1 + 16 * 3 + 4 + 2 + 1; // magic suite type ids gen length flags
const withParams = (slot: Uint8Array, params: ArgonParams) => {
  const cost = concat(u32(params.memoryKib), u32(params.passes), u32(params.lanes));
  return concat(slot.subarray(0, PARAMS_AT), cost, slot.subarray(PARAMS_AT + 12));
};

/** Counts how often the passphrase was really stretched. */
function countingArgon() {
  const calls: ArgonParams[] = [];
  const derive: DeriveArgon2id = async (params, phrase, salt) => {
    calls.push(params);
    return quickArgon(params, phrase, salt);
  };
  return { calls, derive };
}

const wrap = (secrets = { passphrase }) => wrapWithPassphrase(alice.slotPlace, secrets, alice.urk, quickArgon);
const unlock = (more: object = {}) => ({
  expected: alice.place,
  secrets: { passphrase },
  deriveArgon2id: quickArgon,
  ...more,
});

describe("slot", () => {
  it("opens with the real Argon2id at the compiled cost", async () => {
    const real: DeriveArgon2id = async ({ memoryKib: memory, passes, lanes: parallelism }, message, nonce) =>
      Uint8Array.from(argon2Sync("argon2id", { message, nonce, memory, passes, parallelism, tagLength: 32 }));
    const slot = await wrapWithPassphrase(alice.slotPlace, { passphrase }, alice.urk, real);
    const opened = await unwrapWithPassphrase(slot, unlock({ deriveArgon2id: real }));
    expect(opened.urk).toEqual(alice.urk);
    expect(opened.params).toEqual(ARGON_PARAMS);
    expect(opened.slot).toMatchObject({ ...alice.slotPlace, type: "passphrase" });
    expect(slot).toHaveLength(60 + 29 + 24 + 32 + 32 + 16);
  });

  it("is refused with another passphrase, and a passphrase typed on another system is the same", async () => {
    const slot = await wrap({ passphrase: "Schlüssel ﬁn" });
    const opened = await unwrapWithPassphrase(slot, unlock({ secrets: { passphrase: "Schlu\u0308ssel fin" } }));
    expect(opened.urk).toEqual(alice.urk);
    for (const wrong of ["schlüssel fin", "Schlüssel  fin", "Schlüssel fin ", ""]) {
      const attempt = unwrapWithPassphrase(slot, unlock({ secrets: { passphrase: wrong } }));
      await expect(attempt, wrong).rejects.toThrow(code("crypto.commitment"));
    }
  });

  it("asks for the device secret when it was made with one, and only then", async () => {
    const deviceSecret = alice.bytes("ds");
    const both = await wrapWithPassphrase(alice.slotPlace, { passphrase, deviceSecret }, alice.urk, quickArgon);
    expect((await unwrapWithPassphrase(both, unlock({ secrets: { passphrase, deviceSecret } }))).urk).toEqual(
      alice.urk,
    );
    const { calls, derive } = countingArgon();
    const attempts = [
      unwrapWithPassphrase(both, unlock({ deriveArgon2id: derive })),
      unwrapWithPassphrase(await wrap(), unlock({ secrets: { passphrase, deviceSecret }, deriveArgon2id: derive })),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toThrow(code("crypto.commitment"));
    expect(calls).toEqual([]);
  });

  it("is refused for types that are not built", async () => {
    const slot = await wrap();
    for (const type of [0, 7, 8, 255]) {
      const altered = Uint8Array.from(slot);
      altered[5] = type;
      expect(() => readSlot(altered), `type ${type}`).toThrow(code("crypto.suite"));
    }
  });
});

it("A07 a slot whose maker wrote its parameters in another form is refused", async () => {
  const bip39 = wrapRootKey(
    { ...alice.slotPlace, type: "bip39", params: new Uint8Array(0) },
    alice.bytes("s"),
    alice.urk,
  );
  const slotOf = (type: "bip39" | "device") => ({ ...alice.slotPlace, type, params: Uint8Array.of(7) });
  for (const type of ["bip39", "device"] as const) {
    expect(() => wrapRootKey(slotOf(type), alice.bytes("s"), alice.urk)).toThrow(code("crypto.format"));
  }
  const longer = concat(bip39.subarray(0, 58), Uint8Array.of(0, 1, 7));
  const odd = sealCommitted({ purpose: "slot", ikm: alice.bytes("s"), header: longer }, alice.urk);
  expect(() => unwrapRootKey(odd, { ...alice.place, type: "bip39" }, alice.bytes("s"))).toThrow(code("crypto.format"));
  const header = (await wrap()).slice(0, 89);
  const secret = await quickArgon(ARGON_PARAMS, utf8(passphrase), header.subarray(73));
  header[60] = 2; // a flag that does not exist
  const flagged = sealCommitted({ purpose: "slot", ikm: secret, header }, alice.urk);
  await expect(unwrapWithPassphrase(flagged, unlock())).rejects.toThrow(code("crypto.format"));
});

describe("B13 a server that changes the cost of Argon2id", () => {
  const hostile: ArgonParams[] = [
    { memoryKib: 8, passes: 1, lanes: 1 },
    { ...ARGON_PARAMS, lanes: 0 },
    { ...ARGON_PARAMS, memoryKib: 2 ** 31 },
    { ...ARGON_PARAMS, memoryKib: 65_535 },
    { ...ARGON_PARAMS, passes: 2 },
    { ...ARGON_PARAMS, lanes: 3 },
    { ...ARGON_PARAMS, passes: 17 },
    { ...ARGON_PARAMS, lanes: 17 },
    { ...ARGON_PARAMS, memoryKib: 1_048_577 },
    { memoryKib: 2 ** 32 - 1, passes: 2 ** 32 - 1, lanes: 2 ** 32 - 1 },
  ];

  it.each(hostile)("to %j is refused before anything is derived, in less than 50 ms", async (params) => {
    const { calls, derive } = countingArgon();
    const slot = withParams(await wrap(), params);
    const started = performance.now();
    await expect(unwrapWithPassphrase(slot, unlock({ deriveArgon2id: derive }))).rejects.toThrow(
      code("crypto.kdf_params"),
    );
    expect(performance.now() - started).toBeLessThan(50);
    expect(calls).toEqual([]);
  });

  it("within the limits gains nothing: the cost is in the key derivation", async () => {
    const slot = withParams(await wrap(), { ...ARGON_PARAMS, passes: 4 });
    await expect(unwrapWithPassphrase(slot, unlock())).rejects.toThrow(code("crypto.commitment"));
  });

  it("is not met by fractions or missing numbers either", () => {
    for (const passes of [3.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkArgonParams({ ...ARGON_PARAMS, passes })).toThrow(code("crypto.kdf_params"));
    }
    checkArgonParams({ memoryKib: 1_048_576, passes: 16, lanes: 16 });
  });
});

describe("B14 a slot cheaper than the one last used", () => {
  const stronger = { ...ARGON_PARAMS, passes: 5 };

  it.each(["memoryKib", "passes", "lanes"] as const)("in %s is refused before deriving", async (field) => {
    const { calls, derive } = countingArgon();
    const pinned = { ...ARGON_PARAMS, [field]: ARGON_PARAMS[field] + 1 };
    const attempt = unwrapWithPassphrase(await wrap(), unlock({ pinned, deriveArgon2id: derive }));
    await expect(attempt).rejects.toThrow(code("crypto.kdf_params"));
    expect(calls).toEqual([]);
  });

  it("a pin below the floor does not lower the floor", () => {
    const pinned = { memoryKib: 8, passes: 1, lanes: 1 };
    expect(() => checkArgonParams({ ...ARGON_PARAMS, passes: 2 }, pinned)).toThrow(code("crypto.kdf_params"));
    checkArgonParams(stronger, ARGON_PARAMS);
  });
});

describe("B15 a server that swaps slots", () => {
  const wrapped = (world: typeof alice, type: "bip39" | "hardware_key") =>
    wrapRootKey({ ...world.slotPlace, type, params: new Uint8Array(0) }, alice.bytes("secret"), world.urk);
  const open = (slot: Uint8Array, type: "bip39" | "hardware_key" = "bip39") =>
    unwrapRootKey(slot, { ...alice.place, type }, alice.bytes("secret"));

  it("of types, of users or of salts meets one and the same error", () => {
    const mine = wrapped(alice, "bip39");
    expect(open(mine).urk).toEqual(alice.urk);
    const relabelled = Uint8Array.from(wrapped(alice, "hardware_key"));
    relabelled[5] = 3;
    const theirs = wrapped(bob, "bip39");
    const stolen = concat(mine.subarray(0, 60), theirs.subarray(60));
    const salted = concat(mine.subarray(0, 60), wrapped(alice, "bip39").subarray(60, 84), mine.subarray(84));
    const otherId = concat(mine.subarray(0, 6), bob.bytes("slot", 16), mine.subarray(22));
    for (const swapped of [relabelled, theirs, stolen, salted, otherId]) {
      expect(() => open(swapped)).toThrow(code("crypto.commitment"));
    }
    expect(() => open(wrapped(alice, "hardware_key"))).toThrow(code("crypto.commitment"));
    expect(() => unwrapRootKey(mine, { ...alice.place, type: "bip39" }, bob.bytes("secret"))).toThrow(
      code("crypto.commitment"),
    );
    for (const more of [{ tid: bob.place.tid }, { uid: bob.place.uid }, { type: "device" as const }]) {
      const asked = { ...alice.place, type: "bip39" as const, ...more };
      expect(() => unwrapRootKey(mine, asked, alice.bytes("secret"))).toThrow(code("crypto.commitment"));
    }
  });

  it("under a passphrase prompt", async () => {
    for (const type of ["bip39", "hardware_key"] as const) {
      await expect(unwrapWithPassphrase(wrapped(alice, type), unlock())).rejects.toThrow(code("crypto.commitment"));
    }
  });

  it("of devices", () => {
    const device = { deviceId: alice.deviceId, deviceKey: alice.bytes("dk") };
    const slot = wrapForDevice(alice.slotPlace, device, alice.urk);
    expect(unwrapOnDevice(slot, alice.place, device).urk).toEqual(alice.urk);
    const others = [
      { ...device, deviceId: bob.deviceId },
      { ...device, deviceKey: bob.bytes("dk") },
    ];
    for (const other of others)
      expect(() => unwrapOnDevice(slot, alice.place, other)).toThrow(code("crypto.commitment"));
    expect(() => unwrapOnDevice(wrapped(alice, "bip39"), alice.place, device)).toThrow(code("crypto.commitment"));
  });
});

describe("slot set", () => {
  const slots = [alice.bytes("1"), alice.bytes("2"), alice.bytes("3")];
  const { slotMac } = alice.root;
  const at = { place: alice.place, slotMac };
  const third = makeSlotSet(alice.place, 3, slots, slotMac);

  it("accepts its slots in any order, and says what to remember", () => {
    const pin = checkSlotSet(third, slots.toReversed(), at);
    expect(pin.slotSeq).toBe(3);
    expect(checkSlotSet(third, slots, { ...at, pin })).toEqual(pin);
    const fourth = makeSlotSet(alice.place, 4, slots.slice(1), slotMac);
    expect(checkSlotSet(fourth, slots.slice(1), { ...at, pin }).slotSeq).toBe(4);
  });

  it("names a removed slot brought back, one dropped, one added and one doubled", () => {
    for (const served of [slots.slice(1), [...slots, alice.bytes("4")], [], [...slots.slice(1), alice.bytes("4")]]) {
      expect(() => checkSlotSet(third, served, at)).toThrow(code("crypto.context"));
    }
    expect(() => makeSlotSet(alice.place, 4, [...slots, alice.bytes("1")], slotMac)).toThrow(code("crypto.context"));
    expect(() => checkSlotSet(third, [...slots, alice.bytes("1")], at)).toThrow(code("crypto.context"));
  });

  it("is refused when older than the one remembered, or other at the same number", () => {
    const pin = checkSlotSet(makeSlotSet(alice.place, 4, slots.slice(1), slotMac), slots.slice(1), at);
    expect(() => checkSlotSet(third, slots, { ...at, pin })).toThrow(code("crypto.rollback"));
    const fork = makeSlotSet(alice.place, 4, slots, slotMac);
    expect(() => checkSlotSet(fork, slots, { ...at, pin })).toThrow(code("crypto.rollback"));
  });

  it("is refused with another key or for another account", () => {
    expect(() => checkSlotSet(third, slots, { ...at, slotMac: makeKey() })).toThrow(code("crypto.signature"));
    for (const place of [
      { ...alice.place, uid: bob.place.uid },
      { ...alice.place, tid: bob.place.tid },
      { ...alice.place, urkGen: 9 },
    ]) {
      expect(() => checkSlotSet(third, slots, { place, slotMac })).toThrow(code("crypto.context"));
    }
  });
});
