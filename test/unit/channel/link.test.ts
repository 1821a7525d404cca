import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ensure } from "#shared/channel/close.ts";
import { FRAME_TYPES } from "#shared/channel/secure/frame.ts";
import { GAP_MS_MAX, startReorderWindow, WINDOW_FRAMES } from "#shared/channel/transport/reorder.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { RUNS, SELDOM_MS, seldom } from "#test/support/runs.ts";
import { startClock } from "./clock.ts";
import { type FrameFate, makeDirection, startLinkPair } from "./pair.ts";

const reason = (of: string) => expect.objectContaining({ reason: of });

/** Numbers below one from a seed, so that a failing relay can be met again. */
function startChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const relay = fc.record({
  seed: fc.nat(),
  loss: fc.double({ min: 0, max: 0.2, noNaN: true }),
  repeat: fc.double({ min: 0, max: 0.3, noNaN: true }),
  spread: fc.integer({ min: 0, max: 120 }),
});

function fateOf({
  seed,
  loss,
  repeat,
  spread,
}: {
  seed: number;
  loss: number;
  repeat: number;
  spread: number;
}): FrameFate {
  const chance = startChance(seed);
  return () => {
    if (chance() < loss) return [];
    const delay = 5 + Math.floor(chance() * spread);
    return chance() < repeat ? [delay, delay + Math.floor(chance() * 300)] : [delay];
  };
}

describe("two links over a relay that loses, repeats and reorders", () => {
  it(
    "hand on every message whole, in order and once, or end",
    async () => {
      const numRuns = seldom(60);
      let ended = 0;
      await fc.assert(
        fc.asyncProperty(
          relay,
          fc.array(fc.integer({ min: 0, max: 150_000 }), { minLength: 1, maxLength: 12 }),
          async (how, sizes) => {
            const clock = startClock();
            const { device, agent } = await startLinkPair(clock, fateOf(how));
            const sent = sizes.map((size) => (size === 0 ? new Uint8Array(0) : makeBytes(size)));
            for (const [i, message] of sent.entries()) {
              (i % 3 === 0 ? agent : device).link.send(message, "ordered");
              await clock.advance(30);
            }
            await clock.advance(60_000);
            const toAgent = sent.filter((_, i) => i % 3 !== 0);
            const toDevice = sent.filter((_, i) => i % 3 === 0);
            const hasEnded = device.failed !== undefined || agent.failed !== undefined;
            if (hasEnded) ended += 1;
            const got = [agent.got, device.got];
            for (const [i, all] of [toAgent, toDevice].entries()) {
              expect(got[i]).toEqual(hasEnded ? all.slice(0, got[i]?.length) : all);
            }
            if (how.loss < 0.05) expect([device.failed, agent.failed]).toEqual([undefined, undefined]);
          },
        ),
        { numRuns },
      );
      console.info(`${ended} of ${numRuns} runs ended with a gap`);
      expect(ended).toBeLessThan(numRuns / 3);
    },
    SELDOM_MS,
  );

  it("give a short message its turn while a long one is under way, and keep each lane in order", async () => {
    const clock = startClock();
    const { device, agent } = await startLinkPair(clock);
    device.link.send(makeBytes(4 * 1024 * 1024), "bulk");
    device.link.send(Uint8Array.of(1), "live");
    device.link.send(Uint8Array.of(2), "live");
    await clock.advance(2_000);
    expect(agent.got.map((message) => message.length)).toEqual([1, 1, 4 * 1024 * 1024]);
    expect(agent.got.slice(0, 2).map(([byte]) => byte)).toEqual([1, 2]);
  });

  it("never have more than 63 frames under way, and say stalled when nothing comes back", async () => {
    const clock = startClock();
    const { device } = await startLinkPair(clock, () => []);
    const before = device.frames.length;
    device.link.send(makeBytes(4 * 1024 * 1024), "bulk");
    expect(device.frames.length - before).toBeLessThanOrEqual(63);
    await clock.advance(14_000);
    expect(new Set(device.frames.map((frame) => frame.subarray(0, 16).join())).size).toBeLessThanOrEqual(65);
    expect(device.failed).toBeUndefined();
    await clock.advance(2_000);
    expect(device.failed).toEqual(reason("stalled"));
  });

  it("refuse to queue more than 64 MiB", async () => {
    const { device } = await startLinkPair(startClock(), () => []);
    const message = new Uint8Array(20 * 1024 * 1024);
    for (let i = 0; i < 3; i++) device.link.send(message, "bulk");
    expect(() => device.link.send(message, "bulk")).toThrow(reason("overflow"));
  });
});

describe("the reorder window", () => {
  const frames = (count: number) => {
    const { sealer } = makeDirection(Date.now);
    return Array.from({ length: count }, () => sealer.seal(FRAME_TYPES.message, 0, new Uint8Array(256)));
  };
  const all = frames(1_200);
  const frameAt = (i: number): Uint8Array => {
    const frame = all[i];
    ensure(frame !== undefined, "gap");
    return frame;
  };

  it("hands on any order within 64 frames as the one order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(WINDOW_FRAMES).keys()], { minLength: WINDOW_FRAMES }), (order) => {
        const window = startReorderWindow(Date.now);
        const due = order.flatMap((i) => window.push(frameAt(i)));
        expect(due).toEqual(all.slice(0, WINDOW_FRAMES));
        expect(window.isWaiting()).toBe(false);
      }),
      RUNS,
    );
  });

  it("C02 refuses a frame 64 ahead of the one it waits for", () => {
    const window = startReorderWindow(Date.now);
    expect(window.push(frameAt(WINDOW_FRAMES - 1))).toEqual([]);
    expect(() => window.push(frameAt(WINDOW_FRAMES))).toThrow(reason("replay"));
  });

  it("C01 drops a copy, and refuses another frame under a used number or a copy older than memory", () => {
    const window = startReorderWindow(Date.now);
    for (let i = 0; i < 10; i++) window.push(frameAt(i));
    window.push(frameAt(11));
    for (const i of [0, 9, 11]) expect([window.push(frameAt(i)), window.isCopy()]).toEqual([[], true]);
    for (const i of [0, 9, 11]) {
      const other = Uint8Array.from(frameAt(i));
      other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
      expect(() => window.push(other)).toThrow(reason("replay"));
    }
    for (let i = 10; i < 1_100; i++) window.push(frameAt(i));
    expect(window.push(frameAt(76))).toEqual([]);
    expect(() => window.push(frameAt(75))).toThrow(reason("replay"));
  });

  it("asks for what is missing, ever more slowly, and gives up after five seconds", () => {
    let now = 0;
    const window = startReorderWindow(() => now);
    window.push(frameAt(2));
    window.push(frameAt(4));
    const asked: number[] = [];
    for (; now <= GAP_MS_MAX; now += 10) {
      const missing = window.ask();
      if (missing.length === 0) continue;
      expect(missing).toEqual([0, 1, 3]);
      asked.push(now);
    }
    expect(asked).toEqual([40, 240, 640, 1_440, 3_040]);
    expect(() => window.ask()).toThrow(reason("gap"));
    expect(startReorderWindow(() => now).ask()).toEqual([]);
  });
});
