import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answers, chat, conversationId, TaskWorld } from "#test/support/task-world.ts";

const KILLS = 200;
const SLEEPS = 50;
const QUIETLY = { timeout: 8_000, interval: 5 };

vi.setConfig({ testTimeout: 300_000 });

describe("an agent, time and again", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  it("C07 killed 200 times in the middle of a reply answers every message, and each once", async () => {
    const device = world.openDevice();
    let task = await world.startTask();
    const said = Array.from({ length: KILLS }, (_, n) => `message ${n}`);
    for (const [n, text] of said.entries()) {
      task.openclaw.answersAlone = false;
      await device.link.send(chat(text));
      await vi.waitFor(() => expect(task.openclaw.sent.at(-1)?.text).toBe(text), QUIETLY);
      task.openclaw.say("half");
      world.kill();
      task = await world.startTask();
      await vi.waitFor(() => expect(answers(device)).toHaveLength(n + 1), QUIETLY);
    }
    expect(answers(device)).toEqual(said.map((text) => `heard: ${text}`));
    expect(task.openclaw.memory.get(conversationId)?.slice(-2)).toEqual([said.at(-1), `heard: ${said.at(-1)}`]);
  });

  it("C08 put to sleep and woken 50 times goes on where it was, and from no state before its last", async () => {
    const device = world.openDevice();
    const states: Pick<TaskWorld["api"], "saved" | "stateUrl">[] = [];
    for (let n = 1; n <= SLEEPS; n++) {
      await world.startTask();
      await device.link.send(chat(`message ${n}`));
      await vi.waitFor(() => expect(device.pin()?.state.seq).toBe(n), QUIETLY);
      world.kill();
      states.push({ saved: world.api.saved, stateUrl: world.api.stateUrl });
    }
    expect(answers(device)).toHaveLength(SLEEPS);
    const last = states.pop();
    for (const older of states) {
      Object.assign(world.api, older);
      await world.startTask();
      const { link } = world.openDevice(world.account, device.id, device.pin());
      await vi.waitFor(() => expect(link.state()).toEqual({ is: "blocked", code: "crypto.rollback" }), QUIETLY);
      world.kill();
    }
    Object.assign(world.api, last);
    const task = await world.startTask();
    const again = world.openDevice(world.account, device.id, device.pin());
    await again.link.send(chat("and on"));
    await vi.waitFor(() => expect(answers(again)).toEqual(["heard: and on"]), QUIETLY);
    expect(task.openclaw.memory.get(conversationId)?.at(-3)).toBe(`heard: message ${SLEEPS}`);
  });
});
