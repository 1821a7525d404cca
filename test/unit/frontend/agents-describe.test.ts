import { describe, expect, it } from "vitest";
import { AGENT_STATES, type Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import {
  describeState,
  describeSteps,
  formatBytes,
  secondsLeft,
} from "../../../frontend/src/components/agent/describe-agent.ts";
import { describeDetail, describeNow } from "../../../frontend/src/features/agents/describe-now.ts";
import { describeLink } from "../../../frontend/src/features/chat/link/describe-link.ts";
import { summariseArgs, writeValue } from "../../../frontend/src/features/chat/thread/describe-tool.ts";
import { type AgentView, EMPTY_VIEW } from "../../../frontend/src/lib/agent-session/view/view.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = (ms: number) => new Date(now.getTime() + ms).toISOString();
const agentOf = (more: Partial<Agent> = {}): Agent => ({
  ...{ id: newId("agent", now), name: "Ada", ownerId: newId("user", now), state: "running", size: "small" },
  ...{ generation: 1, steps: [], etaSeconds: null, online: true, saved: null, queued: 0, restarts: 0, cause: null },
  ...{ firstMessageAt: null, lastActiveAt: null, createdAt: later(0), version: 1 },
  ...more,
});
const steps: Agent["steps"] = [
  { step: "requested", at: later(0) },
  { step: "task_found", at: later(1_500) },
];

describe("an agent in words", () => {
  it("has words and a tone for each state", () => {
    const words = AGENT_STATES.map((state) => describeState(state).words);
    expect(new Set(words).size).toBe(AGENT_STATES.length);
  });

  it("shows the steps of a start in order, with the time each took and the one that is under way", () => {
    expect(describeSteps({ steps })).toMatchObject([
      { step: "requested", state: "done", seconds: 0 },
      { step: "task_found", state: "done", seconds: 1.5 },
      { step: "assigned", state: "current", seconds: undefined },
      { step: "unlocked", state: "waiting" },
      { step: "ready", state: "waiting" },
    ]);
  });

  it("counts down from the usual time, below zero when it takes longer, and not at all without a history", () => {
    expect(secondsLeft({ steps, etaSeconds: 8 }, now.getTime() + 3_000)).toBe(5);
    expect(secondsLeft({ steps, etaSeconds: 8 }, now.getTime() + 9_000)).toBe(-1);
    expect(secondsLeft({ steps, etaSeconds: null }, now.getTime())).toBeUndefined();
    expect(secondsLeft({ steps: [], etaSeconds: 8 }, now.getTime())).toBeUndefined();
  });

  it("says sizes as the seal does", () => {
    expect([12, 2_300, 412_000, 5_600_000].map(formatBytes)).toEqual(["12 B", "2.3 KB", "412 KB", "5.6 MB"]);
  });

  it("says what a saved state weighs in the same way, and other details as they are", () => {
    expect(describeDetail("agent.state_saved", "1469519 bytes")).toBe(formatBytes(1_469_519));
    expect(describeDetail("agent.task_found", "It was waiting.")).toBe("It was waiting.");
  });

  it("says why it crashed and how often it was restarted, and what waits for one that sleeps", () => {
    expect(describeNow(agentOf({ state: "crashed", cause: "Out of memory.", restarts: 5 }))).toBe(
      "Out of memory. Restarted 5 times.",
    );
    expect(describeNow(agentOf({ state: "stopped", queued: 1 }))).toBe(
      "Nothing was saved yet. 1 sealed message waits.",
    );
  });
});

describe("what stands between a person and their agent", () => {
  const news = (more: Partial<AgentView>) => describeLink({ ...EMPTY_VIEW, agent: agentOf(), ...more });

  it("is nothing when the channel is open", () => {
    expect(news({ link: { is: "open" } })).toEqual({ is: "ready" });
  });

  it("tells a first connection from one that was lost", () => {
    expect(news({})).toMatchObject({ is: "note", text: "Connecting to Ada." });
    expect(news({ wasOpen: true })).toMatchObject({ is: "note", text: expect.stringContaining("Reconnecting") });
  });

  it("says when a sleeping agent wakes, from the deployment's own history", () => {
    const asleep = (more: Partial<Agent>) =>
      news({ link: { is: "asleep" }, agent: agentOf({ state: "stopped", ...more }) });
    expect(asleep({ etaSeconds: 7.4, queued: 2 })).toMatchObject({
      text: "Ada is asleep. Wakes in about 8 s. 2 sealed messages wait.",
    });
    expect(asleep({})).toMatchObject({ text: "Ada is asleep. It wakes when you write." });
  });

  it("shows the steps while it wakes, and the crash when it does not", () => {
    expect(news({ link: { is: "unlocking" } })).toMatchObject({ is: "waking" });
    expect(news({ link: { is: "asleep" }, agent: agentOf({ state: "crashed" }) })).toMatchObject({ is: "crashed" });
  });

  it.each(["crypto.rollback", "crypto.context", "crypto.attestation", "crypto.signature", "crypto.open"])(
    "says what to do when it is blocked by %s, whatever else is true",
    (code) => {
      const blocked = news({ link: { is: "blocked", code }, agent: agentOf({ state: "crashed" }) });
      expect(blocked).toMatchObject({
        is: "blocked",
        title: expect.stringMatching(/^Blocked/),
        todo: expect.any(String),
      });
    },
  );
});

describe("a tool call in a line", () => {
  it("is its command, path or address, or else its arguments", () => {
    expect(summariseArgs({ timeout: 3, command: "ls\n  -la" })).toBe("ls -la");
    expect(summariseArgs({ url: "https://a.example/" })).toBe("https://a.example/");
    expect(summariseArgs({ n: 1 })).toBe('{ "n": 1 }');
    expect(summariseArgs(undefined)).toBe("");
    expect(summariseArgs("x".repeat(500))).toHaveLength(121);
  });

  it("shows the text of a tool's answer, and JSON where there is none", () => {
    expect(
      writeValue({
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      }),
    ).toBe("one\ntwo");
    expect(writeValue({ content: [{ type: "image" }] })).toContain('"image"');
    expect(writeValue("plain")).toBe("plain");
  });
});
