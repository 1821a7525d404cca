import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newRunId, type OpenClawWorld, openOpenClawWorld } from "#test/support/openclaw.ts";

/** The real OpenClaw, from its npm package, in the cell it runs in. */
let world: OpenClawWorld;
const took: Record<string, number> = {};
const timed = async <T>(what: string, work: Promise<T>): Promise<T> => {
  const bornAt = performance.now();
  return work.finally(() => (took[what] = Math.round(performance.now() - bornAt)));
};

beforeAll(async () => {
  world = await openOpenClawWorld();
  await timed("start", world.openclaw.start());
  await timed("prime", world.openclaw.prime());
}, 180_000);
beforeEach(() => world.forgetEvents());
afterAll(async () => {
  console.log("milliseconds", took);
  await world?.close();
});

describe("a turn", () => {
  it("streams while the model speaks, and ends with all of it", async () => {
    const end = await timed("first turn", world.say("cnv_count", "count to 5"));
    const deltas = world.events.filter((event) => event.is === "delta");
    expect(deltas.length).toBeGreaterThan(2);
    expect(deltas.map(({ text }) => text).join("")).toBe(end.text);
    expect(end).toMatchObject({ state: "final", text: "Demo model: 1 2 3 4 5" });
  });

  it("remembers what was said in its conversation, and nothing of another", async () => {
    await world.say("cnv_zebra", "remember the zebra");
    expect((await world.say("cnv_zebra", "what did I say?")).text).toContain("remember the zebra");
    expect((await world.say("cnv_other", "what did I say?")).text).not.toContain("zebra");
  });

  it("runs once when it is sent twice", async () => {
    const run = { runId: newRunId(), conversationId: "cnv_twice", text: "once only" };
    await Promise.all([world.openclaw.send(run), world.openclaw.send(run)]);
    await world.hear("end", ({ runId }) => runId === run.runId);
    await world.openclaw.send(run);
    const { text } = await world.say("cnv_twice", "what did I say?");
    expect(text.match(/once only/g)).toHaveLength(1);
  });

  it("stops in the middle when it is aborted", async () => {
    const runId = newRunId();
    await world.openclaw.send({ runId, conversationId: "cnv_stop", text: "count to 500" });
    await world.hear("delta", (event) => event.runId === runId && event.text.includes("9"));
    await world.openclaw.abort("cnv_stop");
    const end = await world.hear("end", (event) => event.runId === runId);
    expect(end.state).toBe("aborted");
    expect(end.text).not.toContain("400");
  });

  it("is told what was said before where OpenClaw does not know it", async () => {
    await world.openclaw.replay("cnv_replay", [{ user: "my cat is called Ada", assistant: "A good name." }]);
    expect((await world.say("cnv_replay", "what did I say?")).text).toContain("my cat is called Ada");
    expect(await world.openclaw.knows("cnv_replay")).toBe(true);
  });

  it("leaves nothing when its conversation is deleted", async () => {
    await world.say("cnv_gone", "hello");
    await world.openclaw.deleteSession("cnv_gone");
    expect(await world.openclaw.knows("cnv_gone")).toBe(false);
  });
});

describe("a command", () => {
  const ask = async (command: string) => {
    const runId = newRunId();
    await world.openclaw.send({ runId, conversationId: "cnv_tool", text: `run: ${command}` });
    const asked = await world.hear("approval", (event) => event.runId === runId);
    return {
      asked,
      approvalId: asked.approval.approvalId,
      end: () => world.hear("end", (event) => event.runId === runId),
    };
  };

  it("waits for its owner's word, and runs when it is allowed", async () => {
    const { asked, approvalId, end } = await ask("echo made-$((40 + 2)) | tee made.txt");
    expect(asked).toMatchObject({ conversationId: "cnv_tool", approval: { toolName: "exec" } });
    expect(world.events.filter(({ is }) => is === "end")).toEqual([]);
    await world.openclaw.resolveApproval(approvalId, "allow-once");
    expect((await end()).text).toContain("made-42");
    const tools = world.events.filter((event) => event.is === "tool").map(({ tool }) => tool.state);
    expect(tools).toEqual(["running", "done"]);
    expect(await world.hear("approval.settled")).toMatchObject({ approvalId, decision: "allow-once" });
  });

  it("does not run when it is denied", async () => {
    const { approvalId, end } = await ask("echo denied-$((40 + 2)) > denied.txt");
    await world.openclaw.resolveApproval(approvalId, "deny");
    await end();
    const look = await ask("ls");
    await world.openclaw.resolveApproval(look.approvalId, "allow-once");
    const { text } = await look.end();
    expect(text).toContain("made.txt");
    expect(text).not.toContain("denied.txt");
  });
});
