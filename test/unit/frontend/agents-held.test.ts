import { describe, expect, it } from "vitest";
import type { Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { describeHeld } from "../../../frontend/src/components/agent/describe-held.ts";
import { hearMessage } from "../../../frontend/src/lib/agent-session/view/hear-message.ts";
import { EMPTY_VIEW } from "../../../frontend/src/lib/agent-session/view/view.ts";

const itemId = newId("item", new Date());
const held = { version: 2, isLocked: false, items: [{ itemId, itemVersion: 1, as: "bank" }] };
const nothing = { ...held, items: [] };
const say = (state: Agent["state"], more: Partial<Parameters<typeof describeHeld>[0]> = {}) =>
  describeHeld({ agent: { name: "Ada", state }, isLocked: false, itemId, held, ...more });

describe("what is said of an item that an agent may use", () => {
  it("is that it is held only where the agent itself has said so", () => {
    expect(say("running")).toBe("Ada holds it now, in memory.");
    expect(say("running", { held: nothing })).toBe("Ada does not hold it.");
    expect(say("running", { held: undefined })).toContain("Not known");
  });

  it.each(["stopped", "crashed", "starting", "locked"] as const)("is that one in state %s has nothing", (state) => {
    expect(say(state)).toBe("Not with Ada: it is not running.");
  });

  it("is that it is still held while a lock has not reached the agent", () => {
    expect(say("running", { isLocked: true })).toBe("Ada holds it now, in memory.");
    expect(say("running", { isLocked: true, held: nothing })).toBe("Locked: Ada holds nothing of it.");
  });

  it("is taken from the agent's last word", () => {
    const view = hearMessage(EMPTY_VIEW, { type: "vault.held", ...held });
    expect(view.held).toEqual(held);
    expect(hearMessage(view, { type: "vault.held", ...nothing }).held).toEqual(nothing);
  });
});
