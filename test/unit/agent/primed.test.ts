import { expect, it } from "vitest";
import { type Core, stayPrimed } from "../../../agent/life/core.ts";

it("an OpenClaw that waits takes a turn of its own again and again, until somebody unlocks it", async () => {
  let primed = 0;
  let fire: (() => void) | undefined;
  const core = {
    phase: "waiting",
    live: undefined,
    openclawIsReady: Promise.resolve(),
    openclaw: { prime: async () => void primed++ },
    startTimer: (_ms: number, due: () => void) => {
      fire = due;
      return () => undefined;
    },
  } as unknown as Core; // all that is looked at
  const pass = async () => {
    const due = fire;
    fire = undefined;
    due?.();
    for (let turns = 0; turns < 10; turns++) await Promise.resolve();
  };
  stayPrimed(core);
  await pass();
  await pass();
  expect(primed).toBe(2);
  core.phase = "live";
  await pass();
  expect(primed).toBe(2);
  expect(fire).toBeUndefined();
});
