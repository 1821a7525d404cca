import { describe, expect, it } from "vitest";
import { Agent } from "#shared/contracts/agents.ts";
import { nextOrder } from "../../../frontend/src/app/rail/next-order.ts";

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
