import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeRelayFrame } from "#shared/channel/envelope.ts";
import type { LinkInput } from "#shared/client/link/link.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { startTimer } from "#test/support/fake-agent.ts";
import { LinkWorld } from "#test/support/link-world.ts";
import { until } from "#test/support/until.ts";

describe("a link that is closed", () => {
  let world: LinkWorld;
  const timers = new Set<object>();
  /** Counts what is still to come. */
  const counted: LinkInput["startTimer"] = (ms, fire) => {
    const one = {};
    timers.add(one);
    const stop = startTimer(ms, () => {
      timers.delete(one);
      fire();
    });
    return () => {
      timers.delete(one);
      stop();
    };
  };
  const pause = () => new Promise((done) => setTimeout(done, 60));

  beforeAll(async () => {
    world = await LinkWorld.make();
  });
  beforeEach(() => {
    world.reset();
    timers.clear();
  });
  afterEach(() => world.link?.close());

  it("opens no channel though it was closed while it looked at the task", async () => {
    const platform = world.platform("running");
    const held = Promise.withResolvers<undefined>();
    world.open(platform, { startTimer: counted, readRevocations: () => held.promise });
    await pause(); // it is meeting the task
    world.link?.close();
    held.resolve(undefined);
    await pause();
    expect([world.states, timers.size]).toEqual([[], 0]);
  });

  it("does not unlock a task though it was closed while it looked at it", async () => {
    const platform = world.platform("locked");
    const held = Promise.withResolvers<undefined>();
    world.open(platform, { startTimer: counted, readRevocations: () => held.promise });
    await pause();
    world.link?.close();
    held.resolve(undefined);
    await pause();
    expect([platform.agent.state, world.states, timers.size]).toEqual(["locked", [], 0]);
  });

  it("does not look again though its last look failed after it was closed", async () => {
    const platform = world.platform("running");
    const held = Promise.withResolvers<undefined>();
    const agents = { get: () => held.promise } as unknown as LinkInput["agents"]; // it gets no further
    world.open(platform, { startTimer: counted, agents });
    await pause();
    world.link?.close();
    held.reject(new Error("no answer"));
    await pause();
    expect(timers.size).toBe(0);
  });

  it("looks no more and keeps nothing when it is asked to", async () => {
    const platform = world.platform("locked");
    world.open(platform, { startTimer: counted });
    await world.isOpen();
    world.link?.close();
    const said = world.states.length;
    world.link?.refresh();
    await expect(world.link?.send(world.chat("too late"))).rejects.toMatchObject({ reason: "disconnected" });
    await pause();
    expect([world.states.length, timers.size, platform.queued]).toEqual([said, 0, []]);
  });
});

describe("what the relay says to a link", () => {
  let world: LinkWorld;
  const unhandled: unknown[] = []; // Node ends on one
  const note = (error: unknown) => void unhandled.push(error);
  beforeAll(async () => {
    world = await LinkWorld.make();
    process.on("unhandledRejection", note);
  });
  afterAll(() => void process.off("unhandledRejection", note));
  beforeEach(() => world.reset());
  afterEach(() => world.link?.close());

  it.each(["not JSON", '"words"', "\u0000"])(
    "does not end the program: %j for the answer to an unlock",
    async (text) => {
      const platform = world.platform("locked");
      world.open(platform);
      await world.isOpen();
      const said = { sid: new Uint8Array(16), seq: 0, bytes: utf8(text) };
      platform.socket?.onmessage?.({ data: writeRelayFrame({ to: "c1", kind: "unlock", ...said }) });
      await new Promise((done) => setTimeout(done, 30)); // an unhandled rejection fails the run
      expect(world.link?.state().is).toBe("open");
    },
  );

  it("is heard to the end though what the agent told of its state cannot be kept", async () => {
    const platform = world.platform("locked");
    let isFull = false;
    const pins = {
      ...world.pins,
      change: (next: Parameters<typeof world.pins.change>[0]) =>
        isFull ? Promise.reject(new Error("full")) : world.pins.change(next),
    };
    world.open(platform, { pins });
    await world.isOpen();
    isFull = true;
    world.link?.tell({ type: "chat.list", requestId: "1" });
    await until(() => expect(world.messages.map(({ type }) => type)).toContain("state.saved"));
    expect(unhandled).toEqual([]);
  });

  it("does not end the program when an unlocked task cannot be remembered: it is looked at again", async () => {
    const platform = world.platform("locked");
    let refusals = 0;
    const pins = {
      ...world.pins,
      change: (next: Parameters<typeof world.pins.change>[0]) =>
        refusals++ === 0 ? Promise.reject(new Error("full")) : world.pins.change(next),
    };
    world.open(platform, { pins });
    await world.isOpen();
    expect([refusals, unhandled]).toEqual([1, []]);
  });
});
