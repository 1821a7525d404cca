import { describe, expect, it } from "vitest";
import { confirmationOf } from "#shared/channel/secure/handshake.ts";
import { deriveKey } from "#shared/crypto/primitives/kdf.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import { isSigned, sign } from "#shared/crypto/primitives/sign.ts";
import { openCommitted, sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { openSealedTo, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { makeSessionKeys } from "./pair.ts";
import { makeParties } from "./world.ts";

const KDF = ["oct1", "oct1-confirm", "ratchet", "outbox", "queued-message"] as const;
const SIGN = ["channel-m1", "channel-m2", "queued-message", "device-cert", "agent-cert"] as const;
const SEAL = ["queued-message", "unlock", "approval-request"] as const;
const { device, agent } = makeParties(Date.now());

describe("A08 what the channel makes for one purpose", () => {
  it("is another key for every other", () => {
    const ikm = makeKey();
    expect(new Set(KDF.map((purpose) => deriveKey({ purpose, ikm }).join())).size).toBe(KDF.length);
  });

  it("is no signature for any other", () => {
    const body = makeBytes(40);
    for (const made of SIGN) {
      const signature = sign(made, body, device.sign.secretKey);
      const good = SIGN.filter((purpose) => isSigned(purpose, body, signature, device.sign.publicKey));
      expect(good).toEqual([made]);
    }
  });

  it("does not open under any other", () => {
    const context = makeBytes(48);
    const message = makeBytes(10);
    for (const made of SEAL) {
      const sealed = sealTo({ purpose: made, context, sender: device.sign, recipient: agent.kem.publicKey }, message);
      const open = (purpose: (typeof SEAL)[number]) =>
        openSealedTo({ purpose, context, sender: device.sign.publicKey, recipient: agent.kem }, sealed);
      for (const purpose of SEAL) {
        if (purpose === made) expect(open(purpose)).toEqual(message);
        else expect(() => open(purpose)).toThrow();
      }
    }
    const envelope = { purpose: "outbox", ikm: makeKey(), header: makeBytes(8) } as const;
    const body = sealCommitted(envelope, message).subarray(8);
    expect(openCommitted(envelope, body)).toEqual(message);
    expect(() => openCommitted({ ...envelope, purpose: "ratchet" }, body)).toThrow();
  });

  it("C05 is another word for the other role, and for another transcript", () => {
    const { device: keys } = makeSessionKeys();
    const words = [
      confirmationOf(keys, "device"),
      confirmationOf(keys, "agent"),
      confirmationOf({ ...keys, transcript: makeBytes(32) }, "device"),
    ];
    expect(new Set(words.map((word) => word.join())).size).toBe(3);
  });
});
