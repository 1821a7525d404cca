import { describe, expect, it } from "vitest";
import type { Entry } from "#shared/channel/app-model.ts";
import { readAgentMessage, readDeviceMessage, writeAppMessage } from "#shared/channel/app-protocol.ts";
import { BATCH_MS, BATCH_TOKENS, startBatcher } from "#shared/channel/batcher.ts";
import { openQueued, sealQueued } from "#shared/channel/queued.ts";
import { concat, lengthPrefixed, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { boundId } from "#shared/crypto/encoding/place.ts";
import { sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { newId } from "#shared/ids.ts";
import { startClock } from "./clock.ts";
import { makeParties, type Parties } from "./world.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const at = new Date(NOW);
const conversationId = newId("conversation", at);
const msgId = newId("message", at);
const send = { type: "chat.send", msgId, conversationId, text: "hello \u{1f642} \ud83d" } as const;

describe("a message in the tunnel", () => {
  it("comes out as it went in, in its own direction only", () => {
    expect(readDeviceMessage(writeAppMessage(send))).toEqual(send);
    expect(readAgentMessage(writeAppMessage(send))).toBeUndefined();
    const entry: Entry = {
      seq: 1,
      id: msgId,
      conversationId,
      role: "user",
      text: "x",
      tools: [],
      state: "sent",
      at: NOW,
    };
    const told = { type: "chat.entry", entry } as const;
    expect(readAgentMessage(writeAppMessage(told))).toEqual(told);
    expect(readDeviceMessage(writeAppMessage(told))).toBeUndefined();
  });

  it("is no message when it is of an unknown type, too long, or no JSON", () => {
    expect(readDeviceMessage(new TextEncoder().encode('{"type":"chat.explode"}'))).toBeUndefined();
    expect(readDeviceMessage(writeAppMessage({ ...send, text: "é".repeat(524_289) }))).toBeUndefined();
    expect(readDeviceMessage(writeAppMessage({ ...send, text: "é".repeat(524_288) }))).toBeDefined();
    expect(readDeviceMessage(new TextEncoder().encode("{"))).toBeUndefined();
    expect(() => readDeviceMessage(Uint8Array.of(0xff))).toThrow();
  });

  it("never tells a model key back", () => {
    const told = {
      type: "model.current",
      requestId: "r",
      model: { kind: "openai", hasKey: true, apiKey: "sk-1" },
    } as const;
    expect(readAgentMessage(writeAppMessage(told))).toEqual({ ...told, model: { kind: "openai", hasKey: true } });
  });
});

describe("tokens", () => {
  const start = () => {
    const clock = startClock();
    const parts: [number, string][] = [];
    const batcher = startBatcher({ startTimer: clock.startTimer, emit: (offset, text) => parts.push([offset, text]) });
    return { clock, parts, batcher };
  };

  it("C09 go out every 150 ms, however fast they come", async () => {
    const { clock, parts, batcher } = start();
    for (let i = 0; i < 20; i++) {
      batcher.push("ab");
      await clock.advance(30);
    }
    await clock.advance(BATCH_MS);
    expect(parts.length).toBe(4);
    expect(parts.map(([, text]) => text).join("")).toBe("ab".repeat(20));
    let offset = 0;
    for (const [from, text] of parts) {
      expect(from).toBe(offset);
      offset += text.length;
    }
  });

  it("C09 go out at 24, and at the end of a run", async () => {
    const { clock, parts, batcher } = start();
    for (let i = 0; i < BATCH_TOKENS + 2; i++) batcher.push("a");
    expect(parts).toEqual([[0, "a".repeat(24)]]);
    batcher.flush();
    batcher.flush();
    await clock.advance(1_000);
    expect(parts).toEqual([
      [0, "a".repeat(24)],
      [24, "aa"],
    ]);
  });
});

describe("a queued message", () => {
  const parties = makeParties(NOW);
  const message = { msgId, conversationId, text: "wake up", at: NOW };
  const seal = (of: Parties = parties, text = message.text) =>
    sealQueued({ ...message, text }, { ...of, sender: of.device.sign, recipient: parties.agent.kem.publicKey });
  const open = (blob: Uint8Array, of: Parties = parties) =>
    openQueued(blob, { ...of, deviceId: of.deviceId, rootKey: of.root.publicKey, recipient: of.agent.kem, nowMs: NOW });

  it("is opened by the agent it was left for, and says which device left it", () => {
    expect(open(seal())).toEqual({ ...message, deviceId: parties.deviceId });
  });

  it("A04 is refused with an altered byte anywhere, and as that of another user, agent or device", () => {
    const blob = seal();
    for (let i = 0; i < blob.length; i += i < 8 ? 1 : 61) {
      const altered = Uint8Array.from(blob);
      altered[i] = (altered[i] ?? 0) ^ 4;
      expect(() => open(altered), `byte ${i}`).toThrow();
    }
    expect(() => open(blob.subarray(0, -1))).toThrow();
    expect(() => open(seal(makeParties(NOW)))).toThrow();
    expect(() => open(blob, { ...parties, agentId: newId("agent", at) })).toThrow();
    expect(() => open(seal({ ...parties, device: makeParties(NOW).device }))).toThrow();
  });

  it("is refused under the id of another message", () => {
    const blob = seal();
    const moved = Uint8Array.from(blob);
    const certBytes = new DataView(blob.buffer).getUint16(0);
    moved.set(new Uint8Array(16).fill(1), 2 + certBytes);
    expect(() => open(moved)).toThrow(expect.objectContaining({ code: "crypto.context" }));
  });

  it("is refused when it names another message inside than outside, even by the device itself", () => {
    const { agentId, deviceId, device, deviceCert, agent } = parties;
    const id = boundId("message", newId("message", at));
    const context = concat(boundId("agent", agentId), boundId("device", deviceId), id);
    const parts = { purpose: "queued-message", context, sender: device.sign, recipient: agent.kem.publicKey } as const;
    const sealed = sealTo(parts, utf8(JSON.stringify(message)));
    expect(() => open(concat(lengthPrefixed(deviceCert), id, sealed))).toThrow(
      expect.objectContaining({ reason: "format" }),
    );
  });

  it("is refused when it is too long to wait", () => {
    expect(() => seal(parties, "x".repeat(96_000))).toThrow(expect.objectContaining({ reason: "overflow" }));
    expect(open(seal(parties, "x".repeat(64_000))).text).toHaveLength(64_000);
  });
});
