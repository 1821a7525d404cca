import { describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { chatSend, makeParties, startWorld, type World } from "./world.ts";

const HOUR = 3_600_000;

async function openWorld(): Promise<World> {
  const world = startWorld();
  await world.clock.advance(200);
  expect(world.opened).toBe(1);
  return world;
}

const lostOf = (sid: string) => JSON.stringify({ v: 1, to: "x", kind: "lost", sid, seq: 0, b64: "" });

const approvalOf = (world: World) => ({
  ...({ type: "approval.requested", msgId: newId("message", new Date(world.clock.now())), toolName: "exec" } as const),
  ...{
    conversationId: newId("conversation", new Date(world.clock.now())),
    approvalId: "plugin:1",
    toolCallId: "call_1",
  },
  ...{ title: "Run a command", description: "ls", expiresAt: world.clock.now() + 60_000 },
});

describe("a device and its agent", () => {
  it("open a session and carry messages each way", async () => {
    const world = await openWorld();
    const message = chatSend(world, "hello");
    void world.device().send(message);
    const approval = approvalOf(world);
    void world.agent().send(world.parties.deviceId, approval);
    await world.clock.advance(300);
    expect(world.toAgent).toEqual([message]);
    world.agent().tell("all", { type: "pong", requestId: "r1" });
    await world.clock.advance(300);
    expect(world.toDevice).toEqual([approval, { type: "pong", requestId: "r1" }]);
    expect(world.closed).toEqual([]);
  });

  it("leave nothing for the relay to read, and never say more than 32 768 bytes", async () => {
    const world = await openWorld();
    void world.device().send(chatSend(world, `ocelot ${"marmalade ".repeat(20_000)}`));
    await world.clock.advance(2_000);
    expect(world.toAgent).toHaveLength(1);
    for (const { text } of world.texts) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32_768);
      expect(Buffer.from(JSON.parse(text).b64, "base64url").toString("latin1")).not.toMatch(/ocelot|marmalade/);
    }
  });

  it("keep a message for later when there is no session, and refuse what cannot wait", async () => {
    const world = startWorld({ connect: false });
    const message = chatSend(world, "later");
    void world.device().send(message);
    expect(world.device().tell({ type: "ping", requestId: "r1" })).toBe(false);
    await world.clock.advance(1_000);
    world.device().connected();
    await world.clock.advance(500);
    expect(world.toAgent).toEqual([message]);
  });

  it("shake hands anew before the hour is over, and lose nothing", async () => {
    const world = await openWorld();
    for (let minute = 0; minute < 130; minute++) {
      void world.device().send(chatSend(world, `minute ${minute}`));
      await world.clock.advance(60_000);
    }
    expect(world.opened).toBe(3);
    expect(world.toAgent.map((message) => "text" in message && message.text)).toEqual(
      Array.from({ length: 130 }, (_, minute) => `minute ${minute}`),
    );
    expect(world.closed.every(({ reason }) => reason === "replaced")).toBe(true);
  }, 20_000);

  it("say something every four minutes, so that the relay does not cut a silent connection", async () => {
    const world = await openWorld();
    const before = world.texts.length;
    await world.clock.advance(HOUR / 4);
    const said = world.texts.length - before;
    expect(said).toBeGreaterThanOrEqual(6);
    expect(said).toBeLessThanOrEqual(8);
  });

  it("find each other again at once when the agent comes back and the platform says so", async () => {
    const world = await openWorld();
    world.killAgent();
    void world.agent().send(world.parties.deviceId, approvalOf(world));
    await world.clock.advance(1_000);
    expect(world.toDevice).toEqual([]);
    world.device().renew();
    await world.clock.advance(200);
    expect(world.toDevice).toHaveLength(1);
  });

  it("find each other again by the first word to an agent that forgot the session", async () => {
    const world = await openWorld();
    world.killAgent();
    const message = chatSend(world, "still there?");
    void world.device().send(message);
    await world.clock.advance(6_000);
    expect(world.closed).toEqual([{ end: "device", reason: "unknown_session" }]);
    expect(world.toAgent).toEqual([message]);
    const hints = world.texts.filter(({ text }) => JSON.parse(text).kind === "lost");
    expect(hints).toHaveLength(1);
  });

  it("try ever later while a relay ends every session as soon as it opens", async () => {
    const world = await openWorld();
    const killSessions = (text: string, to: string) => {
      const frame = JSON.parse(text);
      if (to === "agent" && frame.kind === "frame")
        world.clock.startTimer(60, () => world.deliver(lostOf(frame.sid), "device"));
      return [10];
    };
    world.fate = killSessions;
    await world.clock.advance(10 * 60_000);
    expect(world.opened).toBeGreaterThan(5);
    expect(world.opened).toBeLessThan(50);
  });

  it("part when one of them says so", async () => {
    const world = await openWorld();
    world.device().close();
    await world.clock.advance(100);
    expect(world.closed).toEqual([{ end: "agent", reason: "closed" }]);
    expect(world.agent().listPeers()).toEqual([]);
  });

  it("C02 close on a frame that stays missing, and go on in a new session", async () => {
    const world = await openWorld();
    let lost: string | undefined;
    world.fate = (text, to) => {
      const { kind, seq } = JSON.parse(text);
      if (to === "agent" && kind === "frame") lost ??= `${seq}`;
      return kind === "frame" && to === "agent" && `${seq}` === lost ? [] : [10];
    };
    void world.device().send(chatSend(world, "one"));
    await world.clock.advance(100);
    void world.device().send(chatSend(world, "two"));
    await world.clock.advance(60_000);
    expect(world.closed).toContainEqual({ end: "agent", reason: "gap" });
    expect(world.toAgent.map((message) => "text" in message && message.text)).toEqual(["one", "two"]);
  });

  it("C01 hand nothing on twice when the relay repeats everything", async () => {
    const world = startWorld({ fate: () => [10, 30, 400] });
    await world.clock.advance(200);
    const messages = Array.from({ length: 40 }, (_, i) => chatSend(world, `${i}`));
    for (const message of messages) void world.device().send(message);
    await world.clock.advance(5_000);
    expect(world.toAgent).toEqual(messages);
    expect(world.closed).toEqual([]);
  });

  it("C01 close on a frame as old as the relay can hardly be honest with", async () => {
    const world = await openWorld();
    const isFrame = ({ to, text }: { to: string; text: string }) => to === "agent" && JSON.parse(text).kind === "frame";
    const old = world.texts.find(isFrame)?.text ?? "";
    for (let i = 0; i < 1_100; i++) world.device().tell({ type: "ping", requestId: `r${i}` });
    await world.clock.advance(3_000);
    expect(world.closed).toEqual([]);
    world.deliver(old, "agent");
    expect(world.closed).toEqual([{ end: "agent", reason: "replay" }]);
  });

  it("C05 close on a frame that comes back to its sender", async () => {
    const world = await openWorld();
    world.fate = () => [];
    const seqsTo = (end: string) =>
      world.texts
        .filter(({ to }) => to === end)
        .flatMap(({ text }) => (JSON.parse(text).kind === "frame" ? [JSON.parse(text).seq] : []));
    const due = Math.max(...seqsTo("agent")) + 1; // the number the agent waits for
    while (Math.max(...seqsTo("device")) < due) world.agent().tell("all", { type: "pong", requestId: "r1" });
    const back = world.texts.find(({ to, text }) => to === "device" && JSON.parse(text).seq === due);
    world.deliver(back?.text ?? "", "agent");
    expect(world.closed).toEqual([{ end: "agent", reason: "tampered" }]);
  });

  it("C06 make no session through a relay that puts its own keys in between", async () => {
    const world = startWorld({ connect: false });
    const other = startWorld({ parties: makeParties(world.clock.now()), connect: false });
    world.fate = (text, to) => {
      if (to === "agent") other.deliver(text, "agent"); // the relay's own agent answers for ours
      return [];
    };
    other.fate = (text, to) => {
      if (to === "device") world.deliver(text, "device");
      return [];
    };
    world.device().connected();
    await world.clock.advance(30_000);
    expect(world.opened).toBe(0);
    expect(world.closed.length).toBeGreaterThan(0);
    expect(new Set(world.closed.map(({ reason }) => reason))).toEqual(new Set(["handshake"]));
  });
});
