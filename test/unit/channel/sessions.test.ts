import { describe, expect, it } from "vitest";
import type { CloseReason } from "#shared/channel/close.ts";
import { writeRelayFrame } from "#shared/channel/envelope.ts";
import { startDriver } from "#shared/channel/peer/driver.ts";
import { makeM1 } from "#shared/channel/secure/handshake.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { startClock } from "./clock.ts";
import { makeSessionKeys } from "./pair.ts";
import { signersOf, startWorld, type World } from "./world.ts";

/** A genuine hello of which the device then says nothing more. */
function helloOf(world: World): string {
  const { deviceCert, agentCert } = world.parties;
  const sign = signersOf(world.parties).asDevice;
  const { sid, m1 } = makeM1({ deviceCert, agentCert, sign, nowMs: world.clock.now() });
  return writeRelayFrame({ to: "agent", kind: "hello", sid, seq: 0, bytes: concat(m1, deviceCert) });
}

const hintsOf = (world: World) =>
  world.texts.flatMap(({ text }) => {
    const { kind, b64 } = JSON.parse(text);
    return kind === "lost" ? [new TextDecoder().decode(decodeBase64url(b64))] : [];
  });

describe("the agent's sessions", () => {
  it("wait for 32 devices at a time, ten seconds each, and no more", async () => {
    const world = startWorld({ connect: false, fate: () => [] });
    for (let i = 0; i < 33; i++) world.deliver(helloOf(world), "agent");
    await world.clock.advance(100);
    expect(hintsOf(world)).toEqual(["busy"]);
    await world.clock.advance(10_000);
    world.deliver(helloOf(world), "agent");
    await world.clock.advance(100);
    expect(hintsOf(world)).toEqual(["busy"]);
    expect(world.agent().listPeers()).toEqual([]);
  }, 20_000);

  it("belong to their connection: a frame that comes by another is not theirs", async () => {
    const world = startWorld();
    await world.clock.advance(200);
    world.fate = () => [];
    world.device().tell({ type: "ping", requestId: "r1" });
    const frame = JSON.parse(world.texts.at(-1)?.text ?? "");
    world.agent().receive(JSON.stringify({ ...frame, from: "other" }));
    await world.clock.advance(100);
    expect(world.toAgent).toEqual([]);
    expect(hintsOf(world)).toEqual(["unknown_session"]);
    world.agent().receive(JSON.stringify({ ...frame, from: "Zx9=" }));
    await world.clock.advance(100);
    expect(world.toAgent).toEqual([{ type: "ping", requestId: "r1" }]);
  });

  it("end when the relay says that the connection is gone", async () => {
    const world = startWorld();
    await world.clock.advance(200);
    world.agent().disconnected("other");
    expect(world.agent().listPeers()).toHaveLength(1);
    world.agent().disconnected("Zx9=");
    expect(world.agent().listPeers()).toEqual([]);
    expect(world.closed).toEqual([{ end: "agent", reason: "disconnected" }]);
    expect(world.agent().tell("all", { type: "pong", requestId: "r1" })).toBe(false);
  });
});

describe("key confirmation", () => {
  const meet = async (role: "device" | "agent", confirmKey?: ReturnType<typeof makeKey>) => {
    const clock = startClock();
    const keys = makeSessionKeys();
    const events: (CloseReason | "open")[] = [];
    const make = (mine: "device" | "agent", says: "device" | "agent", other: () => ReturnType<typeof startDriver>) =>
      startDriver({
        port: {
          ...{ now: clock.now, startTimer: clock.startTimer },
          send: (text) => other().receive(decodeBase64url(JSON.parse(text).b64)),
        },
        ...{ to: "agent", role: says, recorded: [], onPacket: () => undefined },
        keys: confirmKey && mine === "device" ? { ...keys.device, confirmKey } : keys[mine],
        onOpen: () => void events.push("open"),
        onEnd: (reason) => void events.push(reason),
      });
    const device: ReturnType<typeof startDriver> = make("device", role, () => agent);
    const agent: ReturnType<typeof startDriver> = make("agent", "agent", () => device);
    device.confirm();
    await clock.advance(100);
    return events;
  };

  it("opens both ends", async () => {
    expect(await meet("device")).toEqual(["open", "open"]);
  });

  it("fails for an end with another transcript, though its frames open", async () => {
    expect(await meet("device", makeKey())).toContain("handshake");
    expect(await meet("device", makeKey())).not.toContain("open");
  });

  it("C05 fails for an end that says the other's word", async () => {
    expect(await meet("agent")).toContain("handshake");
  });
});
