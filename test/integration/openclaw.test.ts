import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openFakeProvider } from "#test/support/fake-provider.ts";
import { newRunId, type OpenClawWorld, openOpenClawWorld } from "#test/support/openclaw.ts";
import { listMarked, listTree } from "../../agent/openclaw/gateway/tree.ts";
import type { OpenClaw } from "../../agent/openclaw/types.ts";

vi.setConfig({ testTimeout: 400_000 }); // it boots in 8 seconds, or in a hundred beside others

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
}, 400_000);
beforeEach(() => world.forgetEvents());
afterAll(async () => {
  console.log("milliseconds", took);
  await world?.close();
});

describe("a turn", () => {
  it("streams while the model speaks, and ends with all of it", async () => {
    const end = await Promise.all([
      timed("first turn", world.say("cnv_count", "count to 5")),
      timed("first word", world.hear("delta")),
    ]).then(([first]) => first);
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

  it("ends what is still on in its conversation, and has an answer of its own", async () => {
    const [stray, mine] = [newRunId(), newRunId()];
    await world.openclaw.send({ runId: stray, conversationId: "cnv_stray", text: "count to 500" });
    await world.hear("delta", (event) => event.runId === stray && event.text.includes("9"));
    await world.openclaw.send({ runId: mine, conversationId: "cnv_stray", text: "count to 5" });
    const end = await world.hear("end", (event) => event.runId === mine);
    expect(end).toMatchObject({ state: "final", text: "Demo model: 1 2 3 4 5" });
    expect((await world.hear("end", (event) => event.runId === stray)).state).toBe("aborted");
  });

  it("is remembered though the next is said the moment it ends", async () => {
    const words = ["ash", "birch", "cedar", "elm", "fir", "hazel"];
    for (const word of words) await world.say("cnv_quick", `remember the ${word}`);
    const { text } = await world.say("cnv_quick", "what did I say?");
    for (const word of words) expect(text).toContain(word);
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

  it("is shown in whole, and is not asked for when it is too long for that", async () => {
    const { asked, approvalId, end: denied } = await ask(`true ${"a".repeat(5_000)} && echo end`);
    expect(asked.approval.description).toContain("a && echo end");
    await world.openclaw.resolveApproval(approvalId, "deny");
    await denied(); // what is said to a conversation ends the run that is on in it
    const end = await world.say("cnv_long", `run: touch long.txt # ${"a".repeat(20_000)}`);
    expect(end.text).toContain("too long");
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

describe("OpenClaw's process", () => {
  it("uses no processor while it is frozen, and answers when it is spoken to", async () => {
    const { openclaw } = world;
    openclaw.freeze();
    await sleep(1_000); // signals and clocks take their time on a busy machine
    const before = cpuTicksOf(openclaw.pid());
    await sleep(2_000);
    expect(cpuTicksOf(openclaw.pid())).toBe(before);
    openclaw.thaw();
    expect((await timed("turn after thaw", world.say("cnv_frozen", "hello"))).state).toBe("final");
    openclaw.freeze();
    expect((await world.say("cnv_frozen", "once more")).state).toBe("final");
  });

  it("comes back by itself when it is killed, and the run that was on is told as ended", async () => {
    await world.say("cnv_kill", "before the kill");
    const runId = newRunId();
    await world.openclaw.send({ runId, conversationId: "cnv_kill", text: "count to 900" });
    await world.hear("delta", (event) => event.runId === runId);
    const before = world.openclaw.pid() ?? 0;
    process.kill(before, "SIGKILL");
    expect(await world.hear("end", (event) => event.runId === runId)).toMatchObject({ state: "error" });
    await world.hear("down");
    await expect(world.say("cnv_kill", "too early")).rejects.toThrow("down");
    await timed("back after a kill", world.hear("up"));
    expect(world.openclaw.pid()).not.toBe(before);
    const { text } = await timed("first turn after a kill", world.say("cnv_kill", "what did I say?"));
    expect(text).toContain("before the kill");
  });
});

describe("without bubblewrap", () => {
  it("is a plain child that is gated all the same, and of which a kill leaves nothing behind", async () => {
    const plain = await openOpenClawWorld({ sandbox: "none" });
    try {
      await plain.openclaw.start();
      await plain.openclaw.send({ runId: newRunId(), conversationId: "cnv_plain", text: "run: sleep 300" });
      const { approval } = await plain.hear("approval");
      await plain.openclaw.resolveApproval(approval.approvalId, "allow-once");
      const mark = `OPENCLAW_STATE_DIR=${join(plain.folder, "cell/home/.openclaw")}`;
      await expect.poll(() => listMarked(mark).length, { timeout: 20_000 }).toBeGreaterThan(2);
      const before = listMarked(mark);
      process.kill(plain.openclaw.pid() ?? 0, "SIGKILL");
      await plain.hear("down");
      plain.forgetEvents();
      await plain.hear("up");
      expect(listMarked(mark).filter((pid) => before.includes(pid))).toEqual([]);
      expect((await plain.say("cnv_plain", "hello")).state).toBe("final");
    } finally {
      await plain.close();
    }
  });
});

describe("what survives", () => {
  it.each(["warm", "cold", "placed"] as const)(
    "is remembered by another OpenClaw that takes it over %s",
    async (how) => {
      await world.say(`cnv_${how}`, `the ${how} walrus`);
      const copy = join(world.folder, `copy-${how}`);
      await timed("copy", world.openclaw.copyState(copy));
      expect((await world.say(`cnv_${how}`, "still here")).state).toBe("final");
      const other = await openOpenClawWorld({ isHeld: how === "placed" });
      try {
        if (how === "warm") await other.openclaw.start().then(other.openclaw.prime);
        if (how === "placed") await startHeld(other.openclaw, copy);
        expect(await timed(`adopt ${how}`, other.openclaw.adoptState(copy))).toBe(how);
        if (how === "cold") await other.openclaw.start();
        expect(await other.openclaw.knows(`cnv_${how}`)).toBe(true);
        const { text } = await timed(`first turn after adopting ${how}`, other.say(`cnv_${how}`, "what did I say?"));
        expect(text).toContain(`the ${how} walrus`);
        expect(text).not.toContain("still here");
      } finally {
        await other.close();
      }
    },
  );
});

/** It is given its state while it waits for one, and then comes up. */
async function startHeld({ start, release }: OpenClaw, copy: string): Promise<void> {
  let isStarted = false;
  const started = start().then(() => {
    isStarted = true;
  });
  await sleep(20_000); // longer than any start takes that is not held
  expect(isStarted).toBe(false);
  await timed("release", release(copy));
  await timed("start with its state in place", started);
}

describe("the user's own model", () => {
  const apiKey = "sk-user-very-secret-0123456789";

  it("answers in one conversation after the other, and after a change of its kind in the same", async () => {
    const provider = await openFakeProvider(["Their ", "own ", "words."]);
    const { baseUrl } = provider;
    try {
      for (const kind of ["openai", "anthropic", "openai"] as const) {
        world.model.choose({ kind, baseUrl, apiKey, modelId: "their-model" });
        const end = await world.say("cnv_model", `hello ${kind}`);
        expect(end).toMatchObject({ state: "final", text: "Their own words." });
        expect(provider.asked.at(-1)).toMatchObject({ body: { model: "their-model", stream: true } });
        expect(JSON.stringify(provider.asked.at(-1)?.body["messages"])).toContain(`hello ${kind}`);
        expect(Object.values(provider.asked.at(-1)?.headers ?? {}).join()).toContain(apiKey);
      }
      expect(provider.asked.map(({ url }) => url)).toEqual([
        "/v1/chat/completions",
        "/v1/messages",
        "/v1/chat/completions",
      ]);
    } finally {
      world.model.choose({ kind: "demo" });
      await provider.close();
    }
  });

  it("has a key that is in no file below the cell and in no environment of its processes", async () => {
    const { model, openclaw, folder } = world;
    model.choose({ kind: "openai", baseUrl: "http://127.0.0.1:9", apiKey, modelId: "some-model" });
    const end = await world.say("cnv_key", "hello");
    model.choose({ kind: "demo" });
    expect(end.state).toBe("error"); // nobody listens there, so it was asked for
    const pids = listTree(openclaw.pid() ?? 0);
    expect(pids.length).toBeGreaterThan(1);
    const files = filesBelow(folder);
    expect(files.length).toBeGreaterThan(20);
    const environments = pids.map((pid) => `/proc/${pid}/environ`);
    for (const secret of [apiKey, model.token]) {
      expect([...files, ...environments].filter((path) => contains(path, secret))).toEqual([]);
    }
  });
});

const contains = (path: string, text: string): boolean => {
  try {
    return readFileSync(path).includes(text);
  } catch {
    return false; // gone meanwhile
  }
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Time used by a process and all it started, in ticks. */
const cpuTicksOf = (root = 0): number =>
  listTree(root)
    .map((pid) => readFileSync(`/proc/${pid}/stat`, "utf8"))
    .map((stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" "))
    .reduce((sum, fields) => sum + Number(fields[11]) + Number(fields[12]), 0);
