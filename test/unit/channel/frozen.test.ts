import { expect, it } from "vitest";
import { confirmationOf, finishAttempt, readM1, verifyM1 } from "#shared/channel/secure/handshake.ts";
import { startOpener, startSealer } from "#shared/channel/secure/session.ts";
import { padContent, readContent } from "#shared/channel/transport/padding.ts";
import { openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { openAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { asKemSecretKey } from "#shared/crypto/primitives/kem.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { idOf } from "#shared/ids.ts";
import frozen from "./frozen-oct1.json" with { type: "json" };

/** Written once, on 2026-11-23, by the first version of OCT1. If this fails, the bytes of version 1 have changed. */
const now = () => frozen.nowMs;
const rootKey = asSignPublicKey(decodeBase64url(frozen.rootKey));
const place = {
  rootKey,
  tid: idOf("tenant").parse(frozen.tid),
  uid: idOf("user").parse(frozen.uid),
  nowMs: frozen.nowMs,
};
const m1 = decodeBase64url(frozen.m1);

const finish = () => {
  const agent = openAgentCert(decodeBase64url(frozen.agentCert), {
    ...place,
    agentId: idOf("agent").parse(frozen.agentId),
  });
  const attempt = { sid: readM1(m1).sid, m1, secret: asKemSecretKey(decodeBase64url(frozen.ephemeralSeed)) };
  return finishAttempt(attempt, decodeBase64url(frozen.m2), agent.signKey);
};

it("A09 the frozen handshake of version 1 still leads to its keys", () => {
  const device = openDeviceCert(decodeBase64url(frozen.deviceCert), place);
  expect(() => verifyM1(readM1(m1), device.signKey)).not.toThrow();
  const keys = finish();
  expect(encodeBase64url(keys.transcript)).toBe(frozen.transcript);
  expect(encodeBase64url(confirmationOf(keys, "device"))).toBe(frozen.m3);
  expect(encodeBase64url(confirmationOf(keys, "agent"))).toBe(frozen.m4);
});

it.each(["fromDevice", "fromAgent"] as const)(
  "A09 the frozen frames %s still open, and are sealed the same",
  (side) => {
    const keys = finish();
    const key = side === "fromDevice" ? keys.sendKey : keys.receiveKey;
    const opener = startOpener({ sid: keys.sid, key: asKey(Uint8Array.from(key)), now });
    const sealer = startSealer({ sid: keys.sid, key, now });
    const kept = new Map(frozen[side].map(([i, frame]) => [Number(i), String(frame)]));
    for (let i = 0; i < 258; i++) {
      const frame = kept.get(i) ?? resealed(i);
      const { header, plaintext } = opener.open(decodeBase64url(frame));
      const content = readContent(plaintext);
      expect([content.ack, content.stream, utf8Decode(content.body)]).toEqual([i, i + 1, `frame ${i}`]);
      expect(header).toEqual({ type: 2, flags: 3, epoch: i < 256 ? 0 : 1, seq: i });
      if (kept.has(i)) expect(encodeBase64url(sealer.seal(2, 3, plaintext))).toBe(frame);
    }
    /** The frames between the frozen ones are not kept in the file. */
    function resealed(i: number): string {
      return encodeBase64url(sealer.seal(2, 3, padContent({ ack: i, stream: i + 1, body: utf8(`frame ${i}`) })));
    }
  },
);
