import { describe, expect, it } from "vitest";
import { openUnlock, sealUnlock } from "#shared/crypto/agents/unlock.ts";
import { concat, u32, u64 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { boundId } from "#shared/crypto/encoding/place.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { asKemPublicKey, decapsulate, encapsulate, makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import { checkSealedTo, openSealedTo, sealedToBytes, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { bootClaimOf } from "./formats.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const context = alice.bytes("context");
const text = alice.bytes("text");
const toAgent = { purpose: "queued-message", context } as const;
const sealing = { ...toAgent, recipient: alice.agent.kem.publicKey, sender: alice.device.sign };
const opening = { ...toAgent, recipient: alice.agent.kem, sender: alice.device.sign.publicKey };

describe("X-Wing", () => {
  it("has the sizes of the draft, and gives both sides one secret", () => {
    const { publicKey, secretKey } = makeKemKeys();
    const { ciphertext, secret } = encapsulate(publicKey);
    expect([publicKey.length, secretKey.length, ciphertext.length, secret.length]).toEqual([1216, 32, 1120, 32]);
    expect(decapsulate(ciphertext, secretKey)).toEqual(secret);
    expect(decapsulate(ciphertext, makeKemKeys().secretKey)).not.toEqual(secret);
    expect(encapsulate(publicKey).secret).not.toEqual(secret);
  });

  it("refuses keys and ciphertexts of another length, coefficients beyond the field, and X25519 points of small order", () => {
    const { publicKey, secretKey } = makeKemKeys();
    const { ciphertext } = encapsulate(publicKey);
    expect(() => asKemPublicKey(publicKey.subarray(1))).toThrow(code("crypto.key"));
    expect(() => encapsulate(asKemPublicKey(new Uint8Array(1216).fill(255)))).toThrow(code("crypto.key"));
    expect(() => encapsulate(asKemPublicKey(concat(publicKey.subarray(0, 1184), new Uint8Array(32))))).toThrow(
      code("crypto.key"),
    );
    expect(() => decapsulate(ciphertext.subarray(1), secretKey)).toThrow(code("crypto.format"));
    const small = concat(ciphertext.subarray(0, 1088), new Uint8Array(32));
    expect(() => decapsulate(small, secretKey)).toThrow(code("crypto.format"));
  });
});

describe("a message sealed to a key", () => {
  const sealed = sealTo(sealing, text);

  it("opens for its recipient, and has the size that was announced", () => {
    expect(openSealedTo(opening, sealed)).toEqual(text);
    expect(sealed).toHaveLength(sealedToBytes("queued-message", text.length));
    expect(openSealedTo(opening, sealTo(sealing, new Uint8Array(0)))).toHaveLength(0);
    expect(sealTo(sealing, text)).not.toEqual(sealed);
  });

  it("does not open in another context, for another recipient or from another sender", () => {
    for (const other of [
      { context: bob.bytes("context") },
      { recipient: bob.agent.kem },
      { sender: bob.device.sign.publicKey },
    ]) {
      expect(() => openSealedTo({ ...opening, ...other }, sealed)).toThrow(code("crypto.context"));
    }
  });

  it("is looked at without opening it, and is none where nothing stands between its header and its signature", () => {
    const headerBytes = 5 + 2 + "queued-message".length + 96 + 1120;
    const looking = { ...toAgent, recipient: alice.agent.kem.publicKey, sender: alice.device.sign.publicKey };
    expect(checkSealedTo(looking, sealed)).toBe(headerBytes);
    const header = sealed.subarray(0, headerBytes);
    const signed = (body: Uint8Array) => concat(body, sign("queued-message", body, alice.device.sign.secretKey));
    expect(() => checkSealedTo(looking, signed(header))).toThrow(code("crypto.format"));
    expect(checkSealedTo(looking, signed(concat(header, Uint8Array.of(0))))).toBe(headerBytes);
    for (const size of [0, 71])
      expect(() => openSealedTo(opening, signed(concat(header, new Uint8Array(size))))).toThrow(code("crypto.format"));
    expect(() => openSealedTo(opening, signed(concat(header, new Uint8Array(72))))).toThrow(code("crypto.commitment"));
  });

  it("cannot be taken over by a sender who signs it anew", () => {
    const body = sealed.subarray(0, -64);
    const resigned = concat(body, sign("queued-message", body, bob.device.sign.secretKey));
    expect(() => openSealedTo(opening, resigned)).toThrow(code("crypto.signature"));
    const at = 5 + 2 + "queued-message".length + 32; // where H(sender) stands
    const relabelled = concat(body.subarray(0, at), sha256(bob.device.sign.publicKey), body.subarray(at + 32));
    const asBob = concat(relabelled, sign("queued-message", relabelled, bob.device.sign.secretKey));
    expect(() => openSealedTo({ ...opening, sender: bob.device.sign.publicKey }, asBob)).toThrow(
      code("crypto.commitment"),
    );
  });

  it("cannot be passed on to another recipient by its own sender's signature", () => {
    const body = Uint8Array.from(sealed.subarray(0, -64));
    body.set(sha256(bob.agent.kem.publicKey), 5 + 2 + "queued-message".length);
    const passedOn = concat(body, sign("queued-message", body, alice.device.sign.secretKey));
    expect(() => openSealedTo({ ...opening, recipient: bob.agent.kem }, passedOn)).toThrow(code("crypto.commitment"));
  });
});

describe("unlock", () => {
  const boot = { ...bootClaimOf(alice), tier: "launch", proofHash: alice.bytes("proof") } as const;
  const unlock = {
    ais: alice.ais,
    stateKey: asKey(alice.bytes("sk")),
    stateSeq: 7,
    stateHash: alice.bytes("hash"),
    config: alice.bytes("config"),
  };
  const sealed = sealUnlock(unlock, alice.agentPlace, boot, alice.device.sign);
  const parties = {
    boot: { proofHash: boot.proofHash, signKey: boot.signKey },
    bootKem: alice.boot.kem,
    device: alice.device.sign.publicKey,
  };

  it("carries the agent's secret, the state's key and what state to expect", () => {
    expect(openUnlock(sealed, alice.agentPlace, parties)).toEqual(unlock);
    const first = { ...unlock, stateSeq: 0, config: new Uint8Array(70_000).fill(1) };
    expect(openUnlock(sealUnlock(first, alice.agentPlace, boot, alice.device.sign), alice.agentPlace, parties)).toEqual(
      first,
    );
  });

  it("A07 is refused with a byte too many inside, even when the device itself wrote it", () => {
    const ids = [
      boundId("tenant", alice.place.tid),
      boundId("user", alice.place.uid),
      boundId("agent", alice.agentPlace.agentId),
    ];
    const at = { purpose: "unlock", context: concat(...ids, boot.proofHash, boot.signKey) } as const;
    const inside = concat(alice.ais, alice.bytes("sk"), u64(7), alice.bytes("hash"), u32(1), Uint8Array.of(9));
    const seal = (text: Uint8Array) => sealTo({ ...at, recipient: boot.kemKey, sender: alice.device.sign }, text);
    expect(openUnlock(seal(inside), alice.agentPlace, parties).config).toEqual(Uint8Array.of(9));
    for (const text of [concat(inside, Uint8Array.of(0)), inside.subarray(0, -1)]) {
      expect(() => openUnlock(seal(text), alice.agentPlace, parties)).toThrow(code("crypto.format"));
    }
  });

  it("B25 opens only in the container, for the agent and with the proof it was sealed for", () => {
    const wrong = [
      [alice.agentPlace, { ...parties, boot: { ...parties.boot, proofHash: bob.bytes("proof") } }],
      [alice.agentPlace, { ...parties, boot: { ...parties.boot, signKey: bob.boot.sign.publicKey } }],
      [alice.agentPlace, { ...parties, bootKem: bob.boot.kem }],
      [alice.agentPlace, { ...parties, device: bob.device.sign.publicKey }],
      [{ ...alice.agentPlace, agentId: bob.agentPlace.agentId }, parties],
      [{ ...alice.agentPlace, uid: bob.place.uid }, parties],
    ] as const;
    for (const [place, asked] of wrong) expect(() => openUnlock(sealed, place, asked)).toThrow(code("crypto.context"));
  });
});
