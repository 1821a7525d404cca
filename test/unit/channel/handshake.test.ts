import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { startGreeter } from "#shared/channel/peer/greeter.ts";
import {
  answerM1,
  CLOCK_SKEW_MS,
  finishAttempt,
  M1_BYTES,
  M2_BYTES,
  makeM1,
  readM1,
} from "#shared/channel/secure/handshake.ts";
import { SID_MEMORY_MS, startSeenSids } from "#shared/channel/secure/seen-sids.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { makeParties, type Parties, signersOf } from "./world.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const parties = makeParties(NOW);
const reason = (of: string) => expect.objectContaining({ reason: of });

const attemptOf = (of: Parties = parties, nowMs = NOW) =>
  makeM1({ deviceCert: of.deviceCert, agentCert: of.agentCert, sign: signersOf(of).asDevice, nowMs });

const helloOf = (of: Parties = parties, nowMs = NOW) => concat(attemptOf(of, nowMs).m1, of.deviceCert);

function greeterOf(of: Parties = parties, now = () => NOW, seqMinOf?: () => number | undefined) {
  const { tid, uid, root, agentCert } = of;
  const more = seqMinOf === undefined ? {} : { seqMinOf };
  return startGreeter({ tid, uid, rootKey: root.publicKey, agentCert, sign: signersOf(of).asAgent, now, ...more });
}

describe("the handshake", () => {
  it("leaves both ends with the same keys, the other way round", () => {
    const attempt = attemptOf();
    const { m2, keys } = greeterOf().greet(concat(attempt.m1, parties.deviceCert));
    const mine = finishAttempt(attempt, m2, parties.agent.sign.publicKey);
    expect([attempt.m1.length, m2.length]).toEqual([M1_BYTES, M2_BYTES]);
    expect(mine).toEqual({ ...keys, sendKey: keys.receiveKey, receiveKey: keys.sendKey });
    expect(mine.sendKey).not.toEqual(mine.receiveKey);
    expect(attempt.secret).toEqual(new Uint8Array(32)); // the ephemeral secret is gone: forward secrecy
  });

  it("A04 takes no m1 with an altered byte, nor one that is longer or shorter", () => {
    const hello = helloOf();
    for (let at = 0; at < hello.length; at += at < 100 ? 1 : 37) {
      const altered = Uint8Array.from(hello);
      altered[at] = (altered[at] ?? 0) ^ 0x10;
      expect(() => greeterOf().greet(altered), `byte ${at}`).toThrow();
    }
    expect(() => greeterOf().greet(hello.subarray(0, -1))).toThrow();
    expect(() => greeterOf().greet(concat(hello, new Uint8Array(1)))).toThrow();
    expect(() => greeterOf().greet(hello)).not.toThrow();
  });

  it("A04 takes no m2 with an altered byte, nor one that is longer or shorter", () => {
    const { m1, sid, secret } = attemptOf();
    const { m2 } = greeterOf().greet(concat(m1, parties.deviceCert));
    const finish = (bytes: Uint8Array) => {
      const copy = { m1, sid, secret: Uint8Array.from(secret) as typeof secret };
      return finishAttempt(copy, bytes, parties.agent.sign.publicKey);
    };
    for (let at = 0; at < m2.length; at += at < 60 ? 1 : 29) {
      const altered = Uint8Array.from(m2);
      altered[at] = (altered[at] ?? 0) ^ 0x10;
      expect(() => finish(altered), `byte ${at}`).toThrow();
    }
    expect(() => finish(m2.subarray(0, -1))).toThrow();
    expect(() => finish(concat(m2, new Uint8Array(1)))).toThrow();
    expect(() => finish(m2)).not.toThrow();
  });

  it("does not take an m2 made for another m1 (C03)", () => {
    const [one, two] = [attemptOf(), attemptOf()];
    const { m2 } = greeterOf().greet(concat(two.m1, parties.deviceCert));
    const renamed = Uint8Array.from(m2);
    renamed.set(one.sid, 6);
    expect(() => finishAttempt(one, m2, parties.agent.sign.publicKey)).toThrow(reason("handshake"));
    expect(() => finishAttempt(one, renamed, parties.agent.sign.publicKey)).toThrow(reason("handshake"));
  });

  it("does not take an m2 that names another session, even from the agent itself", () => {
    const attempt = attemptOf();
    const renamed = { ...readM1(attempt.m1), sid: new Uint8Array(16).fill(1) };
    const { m2 } = answerM1(renamed, signersOf(parties).asAgent);
    expect(() => finishAttempt(attempt, m2, parties.agent.sign.publicKey)).toThrow(reason("handshake"));
  });

  it("takes only the certificate that was signed over, not another of the same device", () => {
    const { tid, uid, deviceId, device, root } = parties;
    const keys = { signKey: device.sign.publicKey, kemKey: device.kem.publicKey };
    const times = { createdAtMs: NOW, seq: 2, notAfterMs: NOW + 1_000 };
    const other = signDeviceCert({ tid, uid, deviceId, ...keys, ...times }, root.secretKey);
    expect(() => greeterOf().greet(helloOf({ ...parties, deviceCert: other }))).not.toThrow();
    expect(() => greeterOf().greet(concat(attemptOf().m1, other))).toThrow(reason("handshake"));
  });

  it("A08 takes no signature made for another purpose", () => {
    const { deviceCert, agentCert, device, agent } = parties;
    const crossed = makeM1({
      deviceCert,
      agentCert,
      nowMs: NOW,
      sign: (_, body) => signersOf({ ...parties, agent: device }).asAgent("channel-m2", body),
    });
    expect(() => greeterOf().greet(concat(crossed.m1, deviceCert))).toThrow(reason("handshake"));
    const attempt = attemptOf();
    const { m2 } = answerM1(readM1(attempt.m1), (_, body) =>
      signersOf({ ...parties, device: agent }).asDevice("channel-m1", body),
    );
    expect(() => finishAttempt(attempt, m2, agent.sign.publicKey)).toThrow(reason("handshake"));
  });

  it.each([
    ["of another user's root", () => helloOf(makeParties(NOW))],
    ["for another agent of the same user", () => helloOf({ ...parties, agentCert: makeParties(NOW).agentCert })],
    ["with a certificate that is not the one signed over", () => concat(attemptOf().m1, makeParties(NOW).deviceCert)],
    ["signed by a key the certificate does not name", () => helloOf({ ...parties, device: makeParties(NOW).device })],
  ])("C06 takes no hello %s", (_name, hello) => {
    expect(() => greeterOf().greet(hello())).toThrow();
  });

  it("takes no device that was removed, nor an older certificate of one", () => {
    expect(() =>
      greeterOf(
        parties,
        () => NOW,
        () => undefined,
      ).greet(helloOf()),
    ).toThrow(reason("handshake"));
    expect(() =>
      greeterOf(
        parties,
        () => NOW,
        () => 2,
      ).greet(helloOf()),
    ).toThrow(reason("handshake"));
    expect(() =>
      greeterOf(
        parties,
        () => NOW,
        () => 1,
      ).greet(helloOf()),
    ).not.toThrow();
  });

  it("takes clocks five minutes apart, and not more", () => {
    for (const skew of [-CLOCK_SKEW_MS, CLOCK_SKEW_MS]) {
      expect(() => greeterOf().greet(helloOf(parties, NOW + skew))).not.toThrow();
      expect(() => greeterOf().greet(helloOf(parties, NOW + skew + Math.sign(skew)))).toThrow(reason("clock"));
    }
  });
});

describe("C04 a repeated m1", () => {
  it("makes no state and costs neither a signature nor a KEM, ten times", () => {
    let verified = 0;
    installProvider({
      verify(signature, message, publicKey) {
        verified += 1;
        return ed25519.verify(signature, message, publicKey, { zip215: false });
      },
    });
    const greeter = greeterOf();
    const hello = helloOf();
    greeter.greet(hello);
    const before = verified;
    const cpu = process.cpuUsage();
    for (let i = 0; i < 10; i++) expect(() => greeter.greet(hello)).toThrow(reason("seen"));
    const { user, system } = process.cpuUsage(cpu);
    expect(verified - before).toBe(0);
    expect((user + system) / 10 / 1_000).toBeLessThan(5);
    installProvider({});
  });

  it("is known as long as its time would still be good", () => {
    let now = NOW;
    const greeter = greeterOf(parties, () => now);
    const ahead = helloOf(parties, NOW + CLOCK_SKEW_MS);
    greeter.greet(ahead);
    now = NOW + SID_MEMORY_MS;
    expect(() => greeter.greet(ahead)).toThrow(reason("seen"));
    now += 1;
    expect(() => greeter.greet(ahead)).toThrow(reason("clock"));
  });

  it("is remembered only if it was genuine, and a full memory refuses rather than forgets", () => {
    let now = 0;
    const seen = startSeenSids(() => now);
    for (let i = 0; i < 4_096; i++) expect(seen.add(`${i}`)).toBe(true);
    expect([seen.add("more"), seen.has("0")]).toEqual([false, true]);
    now = SID_MEMORY_MS + 1;
    expect([seen.add("more"), seen.size()]).toEqual([true, 1]);
    const greeter = greeterOf();
    const forged = helloOf();
    forged[M1_BYTES - 1] = (forged[M1_BYTES - 1] ?? 0) ^ 1;
    for (let i = 0; i < 2; i++) expect(() => greeter.greet(forged)).toThrow(reason("handshake"));
  });
});
