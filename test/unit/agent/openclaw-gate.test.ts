import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
// @ts-expect-error OpenClaw loads this file as it is, so it is plain JavaScript
import gate, { judge } from "../../../agent/gate-plugin/index.mjs";

const call = (toolName: string, params?: unknown) => judge({ toolName, params });

import { showWhole } from "../../../agent/openclaw/shown.ts";
import { openAgentVault } from "../../../agent/vault/vault.ts";

describe("the gate", () => {
  it.each(["read", "ls", "write", "edit", "apply_patch", "ask_user", "vault_list", "lent_list"])(
    "lets %s go on",
    (tool) => {
      expect(call(tool, { path: "a" })).toBeUndefined();
    },
  );

  it.each(["exec", "bash", "message", "vault_request", "lent_request", "platform__send_email", "a tool of tomorrow"])(
    "asks before %s",
    (tool) => {
      expect(call(tool, { command: "ls" })).toMatchObject({
        requireApproval: { allowedDecisions: ["allow-once", "deny"] },
      });
    },
  );

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
    expect(showWhole(description, { args: params })).toBe(JSON.stringify(params));
    expect(showWhole(description, { told: JSON.stringify(params) })).toBe(JSON.stringify(params));
    expect(showWhole(description, { args: { command: "another" }, told: "{}" })).toBeUndefined();
    expect(call("exec", { command: "a".repeat(16_001) })).toMatchObject({ block: true });
  });

  it("tells the supervisor what a call is before its owner is asked, and offers the tools of the vault", async () => {
    const vault = await openAgentVault(fetch);
    try {
      const folder = await mkdtemp(join(tmpdir(), "ocmt-gate-"));
      const secrets = join(folder, "cell.json");
      await writeFile(secrets, JSON.stringify({ doorToken: vault.door.token }));
      const hooks = new Map<string, (call: unknown) => Promise<unknown>>();
      const tools: string[] = [];
      gate.register({
        pluginConfig: { door: vault.door.port, secrets },
        on: (name: string, hook: (call: unknown) => Promise<unknown>) => hooks.set(name, hook),
        registerTool: ({ name }: { name: string }) => tools.push(name),
      });
      await rm(folder, { recursive: true });
      const params = { url: "https://a.example", headers: { authorization: "Bearer {{vault:a/key}}" } };
      await hooks.get("before_tool_call")?.({ toolName: "vault_request", toolCallId: "t1", params });
      expect(vault.door.wholeOf("t1")).toBe(JSON.stringify(params));
      await hooks.get("before_tool_call")?.({ toolName: "read", toolCallId: "t2", params });
      expect(vault.door.wholeOf("t2")).toBeUndefined();
      expect(tools).toEqual(["vault_list", "vault_request", "lent_list", "lent_request"]);
    } finally {
      await vault.close();
    }
  });

  it("stands in front of every tool call", async () => {
    const hooks = new Map<string, (call: unknown) => Promise<unknown>>();
    gate.register({ on: (name: string, hook: (call: unknown) => Promise<unknown>) => hooks.set(name, hook) });
    const hook = hooks.get("before_tool_call");
    expect(await hook?.({ toolName: "exec", params: {} })).toHaveProperty("requireApproval");
    expect(gate.id).toBe("ocmt-gate");
  });
});
