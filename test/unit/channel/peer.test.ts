import { expect, it } from "vitest";
import { chatSend, startWorld } from "./world.ts";

it("opens a session and carries a message each way", async () => {
  const world = startWorld();
  await world.clock.advance(200);
  expect(world.opened).toBe(1);
  const message = chatSend(world, "hello");
  await world.device().send(message);
  await world.clock.advance(200);
  expect(world.toAgent).toEqual([message]);
  world.agent().tell("all", { type: "pong", requestId: "r1" });
  await world.clock.advance(200);
  expect(world.toDevice).toEqual([{ type: "pong", requestId: "r1" }]);
  expect(world.closed).toEqual([]);
});
