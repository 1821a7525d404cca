import { describe, expect, it } from "vitest";
// @ts-expect-error OpenClaw loads this file as it is, so it is plain JavaScript
import gate, { judge } from "../../../agent/gate-plugin/index.mjs";

const call = (toolName: string, params?: unknown) => judge({ toolName, params });

import { showWhole } from "../../../agent/openclaw/shown.ts";

describe("the gate", () => {
  it.each(["read", "ls", "write", "edit", "apply_patch", "ask_user"])("lets %s go on", (tool) => {
    expect(call(tool, { path: "a" })).toBeUndefined();
  });

  it.each(["exec", "bash", "message", "platform__send_email", "a tool of tomorrow"])("asks before %s", (tool) => {
    expect(call(tool, { command: "ls" })).toMatchObject({
      requireApproval: { allowedDecisions: ["allow-once", "deny"] },
    });
  });

  it("lets a command that was allowed be looked at, and asks before anything is typed into it", () => {
    expect(call("process", { action: "poll" })).toBeUndefined();
    for (const params of [{ action: "write" }, { action: "send-keys" }, {}, undefined]) {
      expect(call("process", params)).toHaveProperty("requireApproval");
    }
  });

  it("says what the whole of a call is, and refuses one that is too long to be shown", () => {
    const params = { command: `echo ${"a".repeat(2_000)}; rm -rf ~` };
    const { description } = call("exec", params).requireApproval;
    expect(description.length).toBeLessThanOrEqual(512);
    expect(showWhole(description, params)).toBe(JSON.stringify(params));
    expect(showWhole(description, { command: "another" })).toBeUndefined();
    expect(call("exec", { command: "a".repeat(16_001) })).toMatchObject({ block: true });
  });

  it("stands in front of every tool call", async () => {
    const hooks = new Map<string, (call: unknown) => Promise<unknown>>();
    gate.register({ on: (name: string, hook: (call: unknown) => Promise<unknown>) => hooks.set(name, hook) });
    const hook = hooks.get("before_tool_call");
    expect(await hook?.({ toolName: "exec", params: {} })).toHaveProperty("requireApproval");
    expect(gate.id).toBe("ocmt-gate");
  });
});
