import { describe, expect, it } from "vitest";
import {
  describeState,
  describeSteps,
  isStarting,
  type OpenClawWord,
  secondsLeft,
} from "#shared/client/agents/describe-agent.ts";
import { AGENT_STATES, type Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { describePlace, describeRoom, describeSize } from "../../../frontend/src/components/agent/describe-place.ts";
import { describeDetail, describeNow } from "../../../frontend/src/features/agents/describe-now.ts";
import { summariseArgs, writeValue } from "../../../frontend/src/features/chat/thread/describe-tool.ts";
import { formatBytes } from "../../../frontend/src/lib/format-bytes.ts";

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

describe("where an agent runs", () => {
  it("is a task of its own with the room it has there", () => {
    expect(describePlace(false)).toBe("runs alone in its own task");
    expect(describeRoom("small", false)).toBe("0.5 vCPU, 2 GB, alone in its own task");
  });

  it("is a process on one machine, which has no task and sets nothing aside", () => {
    for (const words of [describePlace(true), describeRoom("small", true)])
      expect(words).toContain("process of this machine");
    for (const words of [describePlace(true), describeRoom("small", true), describeSize("small", true)])
      expect(words).not.toMatch(/task|vCPU|GB/);
  });
});

describe("an agent in words", () => {
  const READY: Agent["steps"] = [...steps, { step: "ready", at: later(9_000) }];
  const words = (state: Agent["state"], reached: Agent["steps"], said?: OpenClawWord) =>
    describeState({ state, steps: reached }, said).words;

  it("has words of its own for each state", () => {
    const all = AGENT_STATES.map((state) => words(state, READY));
    expect(new Set(all).size).toBe(AGENT_STATES.length);
  });

  it("is not running before OpenClaw answers, and is worth looking at until it does", () => {
    expect(describeState({ state: "running", steps })).toEqual({
      ...{ words: "OpenClaw is starting", tone: "moving", isMoving: true },
    });
    expect(describeState({ state: "running", steps: READY })).toMatchObject({ words: "Running", isMoving: false });
    expect([{ steps }, { steps: READY }].map((of) => isStarting({ state: "running", ...of }))).toEqual([true, false]);
  });

  it("believes what the agent says of itself rather than what the platform heard last", () => {
    expect(words("running", steps, "ready")).toBe("Running");
    expect(words("running", READY, "booting")).toBe("OpenClaw is starting");
    expect(words("running", READY, "paused")).toBe("Paused");
    expect(words("paused", READY, "ready")).toBe("Running");
    expect(words("stopping", READY, "ready")).toBe("Sealing its state");
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
