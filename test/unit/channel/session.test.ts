import { describe, expect, it } from "vitest";
import { FRAME_TYPES, SEQ_MAX } from "#shared/channel/secure/frame.ts";
import { EPOCH_MS, FRAMES_PER_EPOCH, SESSION_MS, startOpener } from "#shared/channel/secure/session.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey, type Key } from "#shared/crypto/encoding/key.ts";
import { cipherOf } from "#shared/crypto/primitives/aead.ts";
import { deriveKey } from "#shared/crypto/primitives/kdf.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { startClock } from "./clock.ts";
import { makeDirection } from "./pair.ts";

const M = FRAME_TYPES.message;
const body = makeBytes(256);
const reason = (of: string) => expect.objectContaining({ reason: of });

describe("a session frame", () => {
  it("is opened by the other end, header and content", () => {
    const { sealer, opener } = makeDirection(startClock().now);
    const { header, plaintext } = opener.open(sealer.seal(M, 3, body));
    expect(header).toEqual({ type: M, flags: 3, epoch: 0, seq: 0 });
    expect(plaintext).toEqual(body);
  });

  it("A04 is refused with any bit flipped, any byte missing or one too many", () => {
    const { sealer, keys } = makeDirection(startClock().now);
    const frame = sealer.seal(M, 3, body.subarray(0, 40));
    const open = (bytes: Uint8Array) => {
      const key = asKey(Uint8Array.from(keys.agent.receiveKey));
      return startOpener({ sid: keys.agent.sid, key, now: Date.now }).open(bytes);
    };
    expect(() => open(frame)).not.toThrow();
    let refused = 0;
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const altered = Uint8Array.from(frame);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(altered)).toThrow();
      refused += 1;
    }
    for (let size = 0; size < frame.length; size++) expect(() => open(frame.subarray(0, size))).toThrow();
    expect(() => open(Uint8Array.from([...frame, 0]))).toThrow();
    expect(refused).toBe(frame.length * 8);
  });

  it("C01 is refused when it comes again", () => {
    const { sealer, opener } = makeDirection(startClock().now);
    const frame = sealer.seal(M, 0, body);
    opener.open(frame);
    expect(() => opener.open(frame)).toThrow(reason("replay"));
  });

  it("C02 is refused before its turn", () => {
    const { sealer, opener } = makeDirection(startClock().now);
    sealer.seal(M, 0, body);
    expect(() => opener.open(sealer.seal(M, 0, body))).toThrow(reason("replay"));
  });

  it("C03 of another session is refused, even under the same key", () => {
    const { sealer, keys } = makeDirection(startClock().now);
    const other = startOpener({
      sid: makeBytes(16),
      key: asKey(Uint8Array.from(keys.agent.receiveKey)),
      now: Date.now,
    });
    expect(() => other.open(sealer.seal(M, 0, body))).toThrow(expect.objectContaining({ code: "crypto.open" }));
  });

  it("C05 sent back to its sender is refused", () => {
    const { sealer, keys } = makeDirection(startClock().now);
    const sender = startOpener({ sid: keys.device.sid, key: keys.device.receiveKey, now: Date.now });
    expect(() => sender.open(sealer.seal(M, 0, body))).toThrow(expect.objectContaining({ code: "crypto.open" }));
  });
});

describe("the keys of a session", () => {
  it("C12 move on after 256 frames, and those before do not open with what is left", () => {
    const { sealer, opener, keys } = makeDirection(startClock().now);
    const first = sealer.seal(M, 0, body);
    opener.open(first);
    for (let i = 1; i < FRAMES_PER_EPOCH; i++) expect(opener.open(sealer.seal(M, 0, body)).header.epoch).toBe(0);
    const firstKeys = [Uint8Array.from(keys.device.sendKey), Uint8Array.from(keys.agent.receiveKey)];
    expect(firstKeys[0]).toEqual(firstKeys[1]);
    expect(opener.open(sealer.seal(M, 0, body)).header).toMatchObject({ epoch: 1, seq: FRAMES_PER_EPOCH });
    const nothing = new Uint8Array(32); // the first key was overwritten where it lay, on both sides
    expect([keys.device.sendKey, keys.agent.receiveKey]).toEqual([nothing, nothing]);
    const thief = startOpener({ sid: keys.agent.sid, key: keys.agent.receiveKey, now: Date.now });
    expect(() => thief.open(first)).toThrow();
  });

  it("C12 of two epochs do not open each other's frames", () => {
    const { sealer, keys } = makeDirection(Date.now);
    const first = asKey(Uint8Array.from(keys.device.sendKey));
    const second = deriveKey({ purpose: "ratchet", ikm: first });
    const frames = Array.from({ length: FRAMES_PER_EPOCH + 1 }, () => sealer.seal(M, 0, body));
    const open = (frame: Uint8Array, key: Key) => {
      const aad = concat(keys.device.sid, frame.subarray(0, 16));
      return cipherOf("aes-256-gcm", key).open(frame.subarray(4, 16), frame.subarray(16), aad);
    };
    const [early, late] = [frames[0] ?? body, frames[FRAMES_PER_EPOCH] ?? body];
    expect([open(early, first), open(late, second)]).toEqual([body, body]);
    expect(() => open(early, second)).toThrow();
    expect(() => open(late, first)).toThrow();
  });

  it("move on after ten minutes", () => {
    let now = 0;
    const { sealer, opener } = makeDirection(() => now);
    opener.open(sealer.seal(M, 0, body));
    now = EPOCH_MS;
    expect(opener.open(sealer.seal(M, 0, body)).header.epoch).toBe(1);
  });

  it("are refused for more frames than an epoch has, and when an epoch is skipped", () => {
    const stay = makeDirection(Date.now);
    const counting = startOpener({ sid: stay.keys.agent.sid, key: stay.keys.agent.receiveKey, now: Date.now });
    for (let i = 0; i < FRAMES_PER_EPOCH; i++) counting.open(stay.sealer.seal(M, 0, body));
    const late = stay.sealer.seal(M, 0, body);
    new DataView(late.buffer).setUint32(4, 0); // claims to be of the epoch before
    expect(() => counting.open(late)).toThrow(reason("epoch"));
    const skip = makeDirection(Date.now);
    const frame = skip.sealer.seal(M, 0, body);
    new DataView(frame.buffer).setUint32(4, 2);
    expect(() => skip.opener.open(frame)).toThrow(reason("epoch"));
  });

  it("A06 are not used past the last number", () => {
    const { sealer, opener } = makeDirection(Date.now, SEQ_MAX);
    opener.open(sealer.seal(M, 0, body));
    expect(() => sealer.seal(M, 0, body)).toThrow(reason("counter"));
  });

  it("A06 never see a nonce twice, through epochs", () => {
    const { sealer } = makeDirection(Date.now);
    const nonces = new Set<string>();
    for (let i = 0; i < 3_000; i++) nonces.add(sealer.seal(M, 0, body.subarray(0, 1)).subarray(4, 16).join());
    expect(nonces.size).toBe(3_000);
  });

  it("end with the hour, on both sides", () => {
    let now = 0;
    const { sealer, opener } = makeDirection(() => now);
    const frame = sealer.seal(M, 0, body);
    now = SESSION_MS + 1;
    expect(() => sealer.seal(M, 0, body)).toThrow(reason("expired"));
    expect(() => opener.open(frame)).toThrow(reason("expired"));
  });
});
