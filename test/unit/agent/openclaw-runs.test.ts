import { beforeEach, describe, expect, it } from "vitest";
// @ts-expect-error OpenClaw loads this file as it is, so it is plain JavaScript
import { judge } from "../../../agent/gate-plugin/index.mjs";
import { makeCallBudget } from "../../../agent/model/budget.ts";
import { readGatewayEvent } from "../../../agent/openclaw/gateway/events.ts";
import { sessionKeyOf, trackRuns } from "../../../agent/openclaw/runs.ts";
import type { OpenClawEvent } from "../../../agent/openclaw/types.ts";

describe("what OpenClaw tells", () => {
  const read = (event: string, payload: unknown) => readGatewayEvent(event, payload, 1_000);

  it.each([
    ["more text", { state: "delta", deltaText: "a" }, { is: "text", runId: "r1", text: "a" }],
    [
      "other text",
      { state: "delta", deltaText: "b", replace: true },
      { is: "text", runId: "r1", text: "b", replaces: true },
    ],
    [
      "an end",
      { state: "final", message: { content: [{ type: "text", text: "ab" }] } },
      { is: "end", state: "final", text: "ab" },
    ],
    ["an end in words", { state: "aborted", message: { content: "a" } }, { is: "end", state: "aborted", text: "a" }],
    [
      "a failure",
      { state: "error", errorMessage: "no model" },
      { is: "end", state: "error", text: "", error: "no model" },
    ],
  ])("is read as %s", (_what, chat, expected) => {
    expect(read("chat", { runId: "r1", ...chat })).toMatchObject(expected);
  });

  it("is read as a tool's start and result, with or without arguments", () => {
    const tool = (data: object) =>
      read("agent", { runId: "r1", stream: "tool", data: { toolCallId: "t1", name: "exec", ...data } });
    expect(tool({ phase: "start", args: { command: "ls" } })).toMatchObject({
      tool: { state: "running", args: { command: "ls" } },
    });
    expect(tool({ phase: "update", partialResult: {} })).toBeUndefined();
    expect(tool({ phase: "result", result: "x" })).toMatchObject({ tool: { state: "done", result: "x" } });
    expect(tool({ phase: "result", isError: true })).toMatchObject({ tool: { state: "failed" } });
  });

  it.each([
    ["status", "chat", { runId: "r1", state: "status" }],
    ["another stream", "agent", { runId: "r1", stream: "assistant", data: { text: "a" } }],
    ["another shape", "chat", "nothing"],
    ["another event", "presence", {}],
  ])("is left aside when it is %s", (_what, event, payload) => {
    expect(read(event, payload)).toBeUndefined();
  });

  it("gives an approval without an end ten minutes", () => {
    const request = { title: "Run exec", toolName: "exec", toolCallId: "t1", sessionKey: "agent:main:cnv_1" };
    const asked = read("plugin.approval.requested", { id: "plugin:1", request });
    expect(asked).toMatchObject({
      is: "asked",
      approval: { approvalId: "plugin:1", runId: undefined, expiresAtMs: 601_000 },
    });
  });
});

describe("runs", () => {
  let told: OpenClawEvent[];
  let refused: string[];
  let wholes: Map<string, string>; // what the gate told
  let runs: ReturnType<typeof trackRuns>;
  let budget: ReturnType<typeof makeCallBudget>;
  beforeEach(() => {
    told = [];
    budget = makeCallBudget(3);
    refused = [];
    wholes = new Map();
    runs = trackRuns({
      ...{ budget, wholeOf: (id) => wholes.get(id) },
      tell: (event) => told.push(event),
      refuse: (id) => refused.push(id),
    });
  });
  const end = { is: "end", runId: "r1", state: "final", text: "ab" } as const;
  const approval = {
    ...{ approvalId: "p1", toolCallId: "t1", toolName: "exec", title: "Run", description: "{}" },
    expiresAtMs: 9,
  };
  const askFor = (params: object) => {
    const { description } = judge({ toolName: "exec", params }).requireApproval;
    const question = { ...approval, description, sessionKey: sessionKeyOf("cnv_1"), runId: "r1" };
    return { is: "asked", approval: question } as const;
  };
  const asked = askFor({});

  it("are begun once", () => {
    expect(runs.begin("r1")).toBe(true);
    expect(runs.begin("r1")).toBe(false);
    runs.hear(end);
    expect(runs.begin("r1")).toBe(false);
  });

  it("may be sent again when they could not be sent", () => {
    runs.begin("r1");
    runs.take("r1");
    expect(runs.isIdle()).toBe(true);
    expect(runs.begin("r1")).toBe(true);
  });

  it("end once, and nothing is told of them after that", () => {
    runs.begin("r1");
    runs.hear({ is: "text", runId: "r1", text: "ab" });
    runs.hear(end);
    runs.hear(end);
    runs.hear({ is: "text", runId: "r1", text: "late" });
    expect(told.map(({ is }) => is)).toEqual(["delta", "end"]);
  });

  it("that nobody asked for are not told", () => {
    runs.hear({ is: "text", runId: "its own", text: "a" });
    runs.hear({ ...end, runId: "its own" });
    expect(told).toEqual([]);
  });

  it("bring model calls with them and take them along", () => {
    while (budget.take());
    runs.begin("r1");
    expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([true, true, true, false]);
  });

  it("are told as ended, and their approvals as settled, when all is lost", () => {
    runs.begin("r1");
    runs.hear(asked);
    runs.loseAll();
    runs.loseAll();
    expect(told).toMatchObject([
      { is: "approval", conversationId: "cnv_1", runId: "r1", approval },
      { is: "approval.settled", approvalId: "p1", decision: undefined },
      { is: "end", runId: "r1", state: "error" },
    ]);
    expect(told).toHaveLength(3);
    expect(runs.isIdle()).toBe(true);
  });

  it("are asked about in whole, also where OpenClaw cuts the text", () => {
    const args = { command: `true ${"a".repeat(2_000)} && rm -rf ~` };
    runs.hear({ is: "tool", runId: "r1", tool: { toolCallId: "t1", name: "exec", state: "running", args } });
    runs.hear(askFor(args));
    expect(told.at(-1)).toMatchObject({ is: "approval", approval: { description: JSON.stringify(args) } });
    expect(refused).toEqual([]);
  });

  it("are asked about in whole, also where OpenClaw leaves out what looks like a secret", () => {
    const params = { headers: { authorization: "Bearer {{vault:github/key}}" } };
    wholes.set("t1", JSON.stringify(params));
    const { approval: shown, is } = askFor(params);
    runs.hear({ is, approval: { ...shown, description: shown.description.replace("vault:github", "***") } });
    expect(told.at(-1)).toMatchObject({ is: "approval", approval: { description: JSON.stringify(params) } });
  });

  it.each([
    ["is not known", undefined],
    ["is another", { command: "ls" }],
    ["was cut", { command: `true ${"a".repeat(1_000)}` }],
  ])("are refused, and not asked about, when the rest of a call %s", (_how, args) => {
    if (args) runs.hear({ is: "tool", runId: "r1", tool: { toolCallId: "t1", name: "exec", state: "running", args } });
    runs.hear(askFor({ command: `true ${"a".repeat(2_000)} && rm -rf ~` }));
    expect(told).toEqual([]);
    expect(refused).toEqual(["p1"]);
  });

  it("settle an approval once", () => {
    runs.hear(asked);
    runs.hear({ is: "settled", approvalId: "p1", decision: "deny" });
    runs.hear({ is: "settled", approvalId: "p1", decision: "deny" });
    expect(told.filter(({ is }) => is === "approval.settled")).toHaveLength(1);
  });
});
