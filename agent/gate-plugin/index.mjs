import { createHash } from "node:crypto";
import { openDoor } from "./vault-tools.mjs";

/**
 * Every tool call passes here before it runs. What only reads, or writes inside the workspace, goes on; everything else waits for
 * the owner's word, and so does any tool this file has never heard of.
 */
const FREE_TOOLS = new Set([
  "read",
  "ls",
  "grep",
  "find",
  "write",
  "edit",
  "apply_patch",
  "ask_user",
  "vault_list",
  "lent_list",
]);
const FREE_PROCESS_ACTIONS = new Set(["list", "poll", "log"]); // to look at a command that was allowed, not to type into it
const WAIT_MS = 600_000;
const SHOWN_MAX = 16_000;
const TITLES = {
  vault_request: "Send a request with items of your vault",
  lent_request: "Have another person's agent send a request",
};
const TOLD_MAX = 400; // OpenClaw cuts off what is beyond 512

export const mayRunUnasked = (toolName, params) =>
  FREE_TOOLS.has(toolName) || (toolName === "process" && FREE_PROCESS_ACTIONS.has(params?.action));

/**
 * Nobody is asked for what they cannot see the whole of. The digest says what the whole is; the supervisor has the text from
 * us or from the tool's own event.
 */
export function judge({ toolName, params }) {
  if (mayRunUnasked(toolName, params)) return undefined;
  const shown = JSON.stringify(params ?? {});
  if (shown.length > SHOWN_MAX) {
    return { block: true, blockReason: "This call is too long to be shown to the owner; make it shorter." };
  }
  const digest = createHash("sha256").update(shown).digest("hex");
  const text = {
    title: (TITLES[toolName] ?? `Run ${toolName}`).slice(0, 80),
    description: `${digest} ${shown.slice(0, TOLD_MAX)}`,
  };
  return {
    requireApproval: { ...text, severity: "warning", allowedDecisions: ["allow-once", "deny"], timeoutMs: WAIT_MS },
  };
}

export default {
  id: "ocmt-gate",
  name: "OCMT gate",
  description: "Asks the agent's owner before a tool does something that cannot be taken back.",
  register(api) {
    const tellWhole = openDoor(api);
    api.on("before_tool_call", async (call) => {
      const verdict = judge(call);
      if (verdict?.requireApproval) await tellWhole(call.toolCallId, JSON.stringify(call.params ?? {}));
      return verdict;
    });
  },
};
