import { afterEach, describe, expect, it, vi } from "vitest";
import type { Gateway } from "../../../agent/openclaw/gateway/boot.ts";
import { keepGateway } from "../../../agent/openclaw/keep-up.ts";
import { makeLog } from "../../../agent/platform/log.ts";

/** A gateway that lives until it is killed, stopped or lost. */
function bornGateway() {
  const lost = Promise.withResolvers<string>();
  const done: string[] = [];
  const process = {
    ...{ pid: 1, exit: new Promise<null>(() => undefined), freeze() {}, thaw() {}, isFrozen: () => false },
    kill: () => void done.push("killed"),
    stop: async () => void done.push("stopped"),
  };
  const gateway: Gateway = {
    process,
    driver: () => expect.fail("not asked"),
    lost: lost.promise,
    restart: async () => {},
  };
  return { gateway, lose: lost.resolve, done };
}

function keep(boot: (signal: AbortSignal) => Promise<Gateway>) {
  const told: string[] = [];
  const delays: number[] = [];
  const kept = keepGateway({
    boot,
    onUp: () => told.push("up"),
    onDown: (reason) => told.push(`down: ${reason}`),
    log: makeLog(() => undefined),
    delayMs(failures) {
      delays.push(failures);
      return 5;
    },
  });
  return { kept, told, delays };
}

describe("OpenClaw is kept up", () => {
  let kept: ReturnType<typeof keep>["kept"] | undefined;
  afterEach(() => kept?.stop());

  it("comes back when it is lost, and what is left of it is killed", async () => {
    const [first, second] = [bornGateway(), bornGateway()];
    const boot = vi.fn().mockResolvedValueOnce(first.gateway).mockResolvedValueOnce(second.gateway);
    const world = keep(boot);
    kept = world.kept;
    await kept.start();
    first.lose("it ended (9)");
    await expect.poll(() => world.told).toEqual(["up", "down: it ended (9)", "up"]);
    expect(kept.current()).toBe(second.gateway);
    expect(first.done).toEqual(["killed"]);
  });

  it("waits longer each time it does not come up", async () => {
    const [first, last] = [bornGateway(), bornGateway()];
    const boot = vi.fn().mockResolvedValueOnce(first.gateway);
    boot
      .mockRejectedValueOnce(new Error("no"))
      .mockRejectedValueOnce(new Error("no"))
      .mockResolvedValueOnce(last.gateway);
    const world = keep(boot);
    kept = world.kept;
    await kept.start();
    first.lose("it ended");
    await expect.poll(() => kept?.current()).toBe(last.gateway);
    expect(world.delays).toEqual([0, 1, 2]);
  });

  it("says when it does not come up at first, and is not tried again", async () => {
    const boot = vi.fn().mockRejectedValue(new Error("the gate is missing"));
    const world = keep(boot);
    await expect(world.kept.start()).rejects.toThrow("the gate is missing");
    expect(boot).toHaveBeenCalledTimes(1);
  });

  it("does not come back when it was asked to end", async () => {
    const only = bornGateway();
    const boot = vi.fn().mockResolvedValue(only.gateway);
    const world = keep(boot);
    await world.kept.start();
    await world.kept.stop();
    only.lose("it ended (0)");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(world.told).toEqual(["up", "down: it was asked to end"]);
    expect(only.done).toEqual(["stopped"]);
    expect(boot).toHaveBeenCalledTimes(1);
  });

  it("is not left running when it is asked to end while it comes up", async () => {
    const boot = (signal: AbortSignal) =>
      new Promise<Gateway>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const world = keep(boot);
    const starting = expect(world.kept.start()).rejects.toThrow("asked to end");
    await Promise.resolve();
    await world.kept.stop();
    await starting;
    expect(world.kept.current()).toBeUndefined();
  });

  it("is replaced with work done while it is down, in one turn", async () => {
    const [first, second] = [bornGateway(), bornGateway()];
    const boot = vi.fn().mockResolvedValueOnce(first.gateway).mockResolvedValueOnce(second.gateway);
    const world = keep(boot);
    kept = world.kept;
    await kept.start();
    await kept.replace(async () => {
      expect(first.done).toEqual(["stopped"]);
      expect(kept?.current()).toBeUndefined();
    });
    expect(kept.current()).toBe(second.gateway);
  });

  it("is not started by a replacement when it was never wanted", async () => {
    const boot = vi.fn();
    await keep(boot).kept.replace(async () => undefined);
    expect(boot).not.toHaveBeenCalled();
  });
});
