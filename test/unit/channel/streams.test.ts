import { describe, expect, it } from "vitest";
import { isRelaySized, writeRelayFrame } from "#shared/channel/envelope.ts";
import { BODY_BYTES_MAX, BUCKETS, padContent, readContent } from "#shared/channel/transport/padding.ts";
import {
  FLAG_FIRST,
  FLAG_LAST,
  MESSAGE_BYTES_MAX,
  type Part,
  partOf,
  partsOf,
  STREAM_MS_MAX,
  startAssembler,
} from "#shared/channel/transport/streams.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { startClock } from "./clock.ts";
import { startLinkPair } from "./pair.ts";

const MIB = 1024 * 1024;
const broken = expect.objectContaining({ reason: "stream" });

/** A first part that claims `size` bytes. */
function firstPart(stream: number, size: number, body = BODY_BYTES_MAX): Part {
  const bytes = new Uint8Array(body);
  new DataView(bytes.buffer).setUint32(0, size);
  return { stream, flags: FLAG_FIRST, body: bytes };
}

const refuses = (step: () => unknown): boolean => {
  try {
    step();
    return false;
  } catch {
    return true;
  }
};

describe("C10 reassembly", () => {
  it("refuses a million one-byte parts, each, and holds nothing of a million one-byte messages", () => {
    Error.stackTraceLimit = 0; // a million stacks would be what takes the time
    const before = process.memoryUsage().rss;
    const assembler = startAssembler(Date.now);
    assembler.push(firstPart(1, MIB));
    let refused = 0;
    const whole = Uint8Array.of(0, 0, 0, 1, 9);
    for (let i = 0; i < 1_000_000; i++) {
      if (assembler.push({ stream: i + 2, flags: FLAG_FIRST | FLAG_LAST, body: whole })?.length !== 1)
        throw new Error("lost");
      refused += refuses(() => assembler.push({ stream: 1, flags: 0, body: whole.subarray(4) })) ? 1 : 0;
    }
    const grown = process.memoryUsage().rss - before;
    Error.stackTraceLimit = 10;
    console.info(`grown by ${(grown / MIB).toFixed(1)} MiB`);
    expect(refused).toBe(1_000_000);
    expect(grown).toBeLessThan(32 * MIB);
  }, 20_000);

  it("holds at most 26 MiB, however many streams claim more", () => {
    const before = process.memoryUsage().rss;
    const assembler = startAssembler(Date.now);
    const open = () => {
      for (let stream = 1; stream <= 64; stream++) assembler.push(firstPart(stream, MIB));
    };
    expect(open).toThrow(broken);
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * MIB);
  });

  it("refuses the 65th open stream", () => {
    const assembler = startAssembler(Date.now);
    for (let stream = 1; stream <= 64; stream++) assembler.push(firstPart(stream, 30_000));
    expect(() => assembler.push(firstPart(65, 30_000))).toThrow(broken);
  });

  it("refuses a message over the limit at its first part", () => {
    expect(() => startAssembler(Date.now).push(firstPart(1, MESSAGE_BYTES_MAX + 1))).toThrow(broken);
    expect(() => startAssembler(Date.now).push(firstPart(1, MESSAGE_BYTES_MAX))).not.toThrow();
  });

  it("ends a stream that does not grow for a minute", () => {
    let now = 0;
    const assembler = startAssembler(() => now);
    assembler.push(firstPart(1, MIB));
    now = STREAM_MS_MAX;
    expect(() => assembler.checkAge()).not.toThrow();
    now += 1;
    expect(() => assembler.checkAge()).toThrow(broken);
  });

  it.each<[string, Part[]]>([
    [
      "a stream that goes on past its length",
      [firstPart(1, 30_000), { stream: 1, flags: 0, body: new Uint8Array(BODY_BYTES_MAX) }],
    ],
    [
      "a last part before the end",
      [firstPart(1, MIB), { stream: 1, flags: FLAG_LAST, body: new Uint8Array(BODY_BYTES_MAX) }],
    ],
    [
      "an end without a last part",
      [firstPart(1, 2 * BODY_BYTES_MAX - 4), { stream: 1, flags: 0, body: new Uint8Array(BODY_BYTES_MAX) }],
    ],
    ["a part of no stream", [{ stream: 1, flags: 0, body: new Uint8Array(BODY_BYTES_MAX) }]],
    ["a stream number used before", [firstPart(1, 30_000), firstPart(1, 30_000)]],
    ["a stream number left out", [firstPart(2, 30_000)]],
    ["a whole message of another length", [{ ...firstPart(1, 9, 12), flags: FLAG_FIRST | FLAG_LAST }]],
    ["an unknown flag", [{ ...firstPart(1, 8, 12), flags: 7 }]],
  ])("refuses %s", (_name, parts) => {
    const assembler = startAssembler(Date.now);
    expect(() => parts.map((part) => assembler.push(part))).toThrow(broken);
  });
});

describe("messages split into frames", () => {
  it.each([0, 1, 255, BODY_BYTES_MAX - 5, BODY_BYTES_MAX - 4, BODY_BYTES_MAX - 3, 3 * BODY_BYTES_MAX, MIB])(
    "of %i bytes come back whole",
    (size) => {
      const message = size === 0 ? new Uint8Array(0) : makeBytes(size);
      const assembler = startAssembler(Date.now);
      const parts = Array.from({ length: partsOf(message) }, (_, i) => partOf(message, 1, i));
      const results = parts.map((part) => assembler.push(part));
      expect(results.pop()).toEqual(message);
      expect(results.every((result) => result === undefined)).toBe(true);
      expect(assembler.isOpen()).toBe(false);
    },
  );

  it("C11 25 MiB are 1 114 frames, and no relay text is longer than 32 768 bytes", async () => {
    const clock = startClock();
    const { device, agent } = await startLinkPair(clock);
    const message = makeBytes(25 * MIB);
    const [framesBefore] = [device.frames.length];
    const started = performance.now();
    device.link.send(message, "bulk");
    for (let i = 0; i < 200 && agent.got.length === 0; i++) await clock.advance(50);
    const frames = device.frames.slice(framesBefore).filter((frame) => frame[1] === 2);
    console.info(`25 MiB in ${frames.length} frames, ${Math.round(performance.now() - started)} ms of this machine`);
    expect(frames).toHaveLength(1_114);
    expect(agent.got[0]?.length).toBe(message.length);
    expect(Buffer.compare(agent.got[0] ?? Buffer.alloc(0), message)).toBe(0);
    const sid = makeBytes(16);
    const longest = { to: "x".repeat(128), kind: "frame", sid, seq: 2 ** 32 } as const;
    const texts = frames.map((bytes) => writeRelayFrame({ ...longest, bytes }));
    expect(texts.every(isRelaySized)).toBe(true);
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(32_768);
  }, 30_000);
});

describe("C09 padding", () => {
  it("shows the relay five sizes, whatever the message", () => {
    const sizes = new Set<number>();
    for (let size = 0; size <= BODY_BYTES_MAX; size += 7) {
      sizes.add(padContent({ ack: 1, stream: 2, body: new Uint8Array(size) }).length);
    }
    expect([...sizes].sort((a, b) => a - b)).toEqual([...BUCKETS]);
    expect(() => padContent({ ack: 1, stream: 2, body: new Uint8Array(BODY_BYTES_MAX + 1) })).toThrow(broken);
  });

  it("comes off again, and nothing may hide in it", () => {
    const padded = padContent({ ack: 7, stream: 9, body: Uint8Array.of(1, 2, 3) });
    expect(readContent(padded)).toEqual({ ack: 7, stream: 9, body: Uint8Array.of(1, 2, 3) });
    padded[255] = 1;
    expect(() => readContent(padded)).toThrow(expect.objectContaining({ reason: "format" }));
    expect(() => readContent(new Uint8Array(300))).toThrow(expect.objectContaining({ reason: "format" }));
    const long = padContent({ ack: 0, stream: 0, body: new Uint8Array(9) });
    new DataView(long.buffer).setUint16(12, 243);
    expect(() => readContent(long)).toThrow(expect.objectContaining({ reason: "format" }));
  });
});
