import { describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { makeReports } from "../../../agent/platform/reports.ts";

const log = { info: () => undefined, error: () => undefined };

describe("what a task reports", () => {
  const told: string[] = [];
  const refusals: unknown[] = [];
  const reportsThrough = (failures: number, code: ApiError["code"] = "network") => {
    let left = failures;
    told.length = 0;
    refusals.length = 0;
    return makeReports({
      api: {
        report: async ({ fact }) => {
          if (left-- > 0) throw new ApiError(code, "not now");
          told.push(fact);
          return { done: true };
        },
      },
      ...{ log, now: Date.now, onRefused: (cause) => refusals.push(cause) },
      startTimer: (_ms, fire) => {
        const timer = setImmediate(fire);
        return () => clearImmediate(timer);
      },
    });
  };

  it.each(["unlocked", "ready", "paused", "resumed"] as const)("%s is told until it is heard", async (fact) => {
    await reportsThrough(60).tell(fact);
    expect(told).toEqual([fact]);
  });

  it("gives up what comes again by itself, and goes on with the next", async () => {
    const reports = reportsThrough(5);
    reports.active(false);
    await reports.tell("ready");
    expect(told).toEqual(["ready"]);
  });

  it("is not said again to a platform that refuses it", async () => {
    await reportsThrough(60, "task.replaced").tell("unlocked");
    expect([told.length, refusals.length]).toEqual([0, 1]);
  });
});
