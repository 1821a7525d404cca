import { describe, expect, it } from "vitest";
import type { Entry } from "#shared/channel/app-model.ts";
import { AGENT_STATES, type Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { describeStatus } from "../../../frontend/src/features/chat/status/describe-status.ts";
import { isReplying, wordOf } from "../../../frontend/src/lib/agent-session/view/say.ts";
import {
  type AgentView,
  EMPTY_VIEW,
  type Thread,
  threadOf,
} from "../../../frontend/src/lib/agent-session/view/view.ts";

const now = new Date("2026-11-23T12:00:00Z");
const [started, ready] = (["requested", "ready"] as const).map((step) => ({ step, at: now.toISOString() }));
const agentOf = (more: Partial<Agent> = {}): Agent => ({
  ...{ id: newId("agent", now), name: "Ada", ownerId: newId("user", now), state: "running", size: "small" },
  ...{ generation: 1, steps: [started, ready].flatMap((step) => step ?? []), etaSeconds: null, online: true },
  ...{ saved: null, queued: 0, restarts: 0, cause: null, version: 1 },
  ...{ firstMessageAt: null, lastActiveAt: null, createdAt: now.toISOString() },
  ...more,
});
const booting: Partial<Agent> = { steps: started ? [started] : [] };
const open = (openclaw: "booting" | "ready" | "paused" = "ready"): Partial<AgentView> => ({
  link: { is: "open" },
  status: { openclaw },
});
const said = (role: Entry["role"]): Entry => ({
  ...{ seq: 1, id: newId("message", now), conversationId: newId("conversation", now), role, text: "", tools: [] },
  ...{ state: "sent", at: 0 },
});
const idle = threadOf(EMPTY_VIEW, newId("conversation", now));
const asked: Thread = { ...idle, entries: [said("user")] };

const status = (view: Partial<AgentView>, more: Partial<Agent> | null = {}, thread = idle, isLocal = false) =>
  describeStatus({ view: { ...EMPTY_VIEW, ...view }, agent: more ? agentOf(more) : undefined, thread, isLocal });

describe("the one thing the chat says of its agent", () => {
  it("is that it runs, when nothing stands in the way", () => {
    expect(status(open())).toEqual({ is: "line", words: "Running", tone: "good" });
  });

  it("is the run, while one is under way", () => {
    expect(status(open(), {}, asked)).toMatchObject({ words: "Ada is thinking" });
    const run = { runId: "r1", text: "one", tools: [] };
    expect(status(open(), {}, { ...asked, run })).toMatchObject({ words: "Ada is answering" });
  });

  it("is the connection before the run, and tells a first one from one that was lost", () => {
    expect(status({}, {}, asked)).toMatchObject({ words: "Connecting to Ada." });
    expect(status({ wasOpen: true }, {}, asked)).toMatchObject({ words: expect.stringContaining("Reconnecting") });
  });

  it("is the start with its steps until OpenClaw answers, however good the connection is", () => {
    const all = [{}, open("booting"), { link: { is: "opening" } } as const];
    expect(all.map((view) => status(view, booting))).toMatchObject(
      all.map(() => ({ is: "waking", text: expect.stringContaining("OpenClaw is starting") })),
    );
    expect(status({ link: { is: "unlocking" } }, { state: "locked" })).toMatchObject({ is: "waking" });
  });

  it("takes the agent's word that OpenClaw is up, or is coming up again", () => {
    expect(status(open("ready"), booting)).toMatchObject({ words: "Running" });
    expect(status(open("booting"))).toMatchObject({ is: "line", words: expect.stringContaining("starting again") });
  });

  it("is a pause, until one writes", () => {
    expect(status(open("paused"))).toMatchObject({ words: expect.stringContaining("paused"), tone: "resting" });
    expect(status(open(), { state: "paused" })).toMatchObject({ words: "Running" });
  });

  it("is sleep before the connection that is being made or was lost", () => {
    for (const view of [{}, { wasOpen: true }, { link: { is: "asleep" } } as const])
      expect(status(view, { state: "stopped" })).toMatchObject({
        text: "Ada is asleep. It wakes when you write.",
      });
    expect(status({}, { state: "stopped", etaSeconds: 7.4, queued: 2 })).toMatchObject({
      text: "Ada is asleep. Wakes in about 8 s. 2 sealed messages wait.",
    });
  });

  it.each(["crypto.rollback", "crypto.context", "crypto.attestation", "crypto.signature", "crypto.open"])(
    "says what to do when it is blocked by %s, whatever else is true",
    (code) => {
      for (const state of AGENT_STATES)
        expect(status({ link: { is: "blocked", code } }, { state })).toMatchObject({
          ...{ is: "blocked", title: expect.stringMatching(/^Blocked/), todo: expect.any(String) },
        });
    },
  );

  it("is on one machine that its program was changed there, which no operator announces", () => {
    const said = status({ link: { is: "blocked", code: "crypto.image" } }, {}, idle, true);
    expect(said).toMatchObject({ is: "blocked", mayAccept: true, what: expect.stringContaining("on this machine") });
    expect(JSON.stringify(said)).not.toMatch(/operator|image|platform/);
  });

  it("is a crash, or a way out, rather than a connection", () => {
    expect(status(open(), { state: "crashed" })).toMatchObject({ is: "crashed" });
    expect(status(open(), { state: "deleting" })).toMatchObject({ tone: "bad" });
    expect(status({}, null)).toMatchObject({ words: "Connecting to your agent." });
  });
});

describe("what an agent says of itself", () => {
  it("counts while its channel is open, and no longer", () => {
    expect(wordOf({ link: { is: "open" }, status: { openclaw: "booting" } })).toBe("booting");
    expect(wordOf({ link: { is: "connecting" }, status: { openclaw: "ready" } })).toBeUndefined();
  });

  it("is an answer on its way in any conversation: then sleep would cut it off, and is asked about", () => {
    const view = (thread: Thread, link: AgentView["link"]) => ({ link, threads: { a: idle, b: thread } });
    expect(isReplying(view(asked, { is: "open" }))).toBe(true);
    expect(isReplying(view({ ...asked, entries: [said("user"), said("assistant")] }, { is: "open" }))).toBe(false);
    expect(isReplying(view(asked, { is: "connecting" }))).toBe(false);
  });
});
