import { describe, expect, it } from "vitest";
import { readBrowserControl, readTaskControl, writeRelayControl } from "#shared/channel/control.ts";
import {
  bytesOfFrame,
  isRelaySized,
  RELAY_TEXT_BYTES_MAX,
  readRelayFrame,
  writeRelayFrame,
} from "#shared/channel/envelope.ts";
import { newId } from "#shared/ids.ts";

const at = new Date(0);
const sid = new Uint8Array(16).fill(3);
const frame = { v: 1, to: "agent", kind: "frame", sid: "AwMDAwMDAwMDAwMDAwMDAw", seq: 4, b64: "AQI" } as const;

describe("a relay frame", () => {
  it("is written as it is read", () => {
    const text = writeRelayFrame({ to: "agent", kind: "frame", sid, seq: 4, bytes: Uint8Array.of(1, 2) });
    expect(JSON.parse(text)).toEqual(frame);
    const read = readRelayFrame(text);
    expect(read).toEqual(frame);
    expect(read && bytesOfFrame(read)).toEqual(Uint8Array.of(1, 2));
  });

  it.each([
    ["another version", { ...frame, v: 2 }],
    ["a field more", { ...frame, admin: true }],
    ["an unknown kind", { ...frame, kind: "exec" }],
    ["an address with spaces", { ...frame, to: "a b" }],
    ["an address that is too long", { ...frame, to: "a".repeat(129) }],
    ["a short session id", { ...frame, sid: "AwMD" }],
    ["padded base64", { ...frame, b64: "AQI=" }],
    ["a negative number", { ...frame, seq: -1 }],
    ["a number past 2^53", { ...frame, seq: 2 ** 53 }],
    ["no address", { ...frame, to: undefined }],
    ["a list", [frame]],
  ])("is refused with %s", (_name, value) => {
    expect(readRelayFrame(JSON.stringify(value))).toBeUndefined();
  });

  it("A07 gives no bytes for base64url that nobody would write", () => {
    expect(bytesOfFrame({ ...frame, b64: "AQJ" })).toBeUndefined();
    expect(bytesOfFrame({ ...frame, b64: "A" })).toBeUndefined();
  });

  it("C11 is refused over 32 768 bytes of UTF-8, read or written", () => {
    const fits = "é".repeat(RELAY_TEXT_BYTES_MAX / 2);
    expect([isRelaySized(fits), isRelaySized(`${fits}a`)]).toEqual([true, false]);
    expect(readRelayFrame(JSON.stringify({ ...frame, b64: "A".repeat(32_800) }))).toBeUndefined();
    expect(readRelayFrame("{")).toBeUndefined();
    const bytes = new Uint8Array(24_600);
    expect(() => writeRelayFrame({ to: "agent", kind: "frame", sid, seq: 0, bytes })).toThrow(RangeError);
  });
});

describe("a control message", () => {
  const about = { v: 1, agentId: newId("agent", at), generation: 3 } as const;

  it("reaches the end it is for, and carries nothing its schema does not name", () => {
    const online = writeRelayControl({ ...about, control: "agent.online", ...{ token: "secret" } });
    expect(online).not.toContain("secret");
    expect(readBrowserControl(online)).toEqual({ ...about, control: "agent.online" });
    expect(readTaskControl(online)).toBeUndefined();
    const assign = { ...about, control: "assign", tenantId: newId("tenant", at), userId: newId("user", at) } as const;
    expect(readTaskControl(writeRelayControl(assign))).toEqual(assign);
    expect(readBrowserControl(writeRelayControl(assign))).toBeUndefined();
  });

  it("is refused when it is no control message, or too long", () => {
    expect(readTaskControl(JSON.stringify({ ...about, control: "format.disk" }))).toBeUndefined();
    expect(readTaskControl(JSON.stringify({ ...about, control: "pause", more: "x".repeat(40_000) }))).toBeUndefined();
    expect(readTaskControl(JSON.stringify({ ...about, control: "pause", generation: "3" }))).toBeUndefined();
    expect(readRelayFrame(JSON.stringify({ ...about, control: "pause" }))).toBeUndefined();
  });
});
