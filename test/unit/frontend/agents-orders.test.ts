import { describe, expect, it } from "vitest";
import { Agent } from "#shared/contracts/agents.ts";
import { describeKept, nextOrder } from "../../../frontend/src/components/agent/orders.ts";

describe("the one thing to do about an agent", () => {
  it("is to put it to sleep while it is awake, also while it waits to be unlocked", () => {
    expect((["running", "paused", "locked"] as const).map(nextOrder)).toEqual(["stop", "stop", "stop"]);
  });

  it("is to wake it while it sleeps or has crashed", () => {
    expect((["stopped", "crashed"] as const).map(nextOrder)).toEqual(["wake", "wake"]);
  });

  it("is nothing while it is on its way to another state", () => {
    const moving = Agent.shape.state.options.filter((state) => nextOrder(state) === undefined);
    expect(moving.toSorted()).toEqual(["deleting", "provisioning", "starting", "stopping"]);
  });
});

describe("what is kept through sleep", () => {
  const saved: Agent["saved"] = { seq: 1, hash: "", bytes: 412_300, sealedKey: "", savedAt: "" };

  it("is said before it sleeps and before it wakes", () => {
    expect(describeKept({ state: "running", saved: null })).toBe("Sleep keeps its state, sealed.");
    expect(describeKept({ state: "stopped", saved })).toBe("Wakes from its sealed state, 412 KB.");
    expect(describeKept({ state: "stopping", saved })).toBeUndefined();
  });

  it("is the state before of one that was never unlocked, or nothing", () => {
    expect(describeKept({ state: "locked", saved })).toBe("Sleep keeps its sealed state, 412 KB.");
    expect(describeKept({ state: "locked", saved: null })).toBe("Nothing was saved yet.");
    expect(describeKept({ state: "crashed", saved: null })).toBe("Nothing was saved yet: it begins anew.");
  });
});
