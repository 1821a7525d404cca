import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { acceptImage, FIRST_PIN } from "#shared/client/link/pins.ts";
import { newId } from "#shared/ids.ts";
import { makeLaunchKey } from "#test/support/fake-agent.ts";
import type { LinkPlatform } from "#test/support/link-platform.ts";
import { LinkWorld } from "#test/support/link-world.ts";
import { until } from "#test/support/until.ts";

describe("a device's link to its agent", () => {
  let world: LinkWorld;
  const open = (platform: LinkPlatform) => world.open(platform);
  const isOpen = () => world.isOpen();
  const chat = (text: string) => world.chat(text);

  beforeAll(async () => {
    world = await LinkWorld.make();
  });
  afterEach(() => world.reset());

  it("unlocks a locked task and opens the channel", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    expect(world.states).toEqual(["unlocking", "opening", "open"]);
    expect(world.link?.tell({ type: "ping", requestId: "1" })).toBe(true);
    await until(() => expect(world.messages).toContainEqual({ type: "pong", requestId: "1" }));
  });

  it("sends nothing twice and loses nothing when the socket is cut and comes back", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    const first = chat("first");
    await send(first);
    platform.cut();
    const second = chat("second");
    await send(second);
    await vi.waitFor(() => expect(platform.heard).toHaveLength(2), 6_000);
    expect(platform.heard).toMatchObject([first, second]);
  });

  it("follows its agent to a new task, and unlocks that", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(world.states.filter((state) => state === "unlocking")).toHaveLength(2));
    await isOpen();
    expect(world.pin?.generation).toBe(2);
  });

  it("finds the next task by itself after one that stopped, though nobody told of it", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    platform.agent = { ...platform.agent, state: "stopping" };
    platform.tell({ control: "agent.changed", state: "stopping" });
    await until(() => expect(world.link?.state().is).toBe("asleep"));
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    await vi.waitFor(() => expect(world.pin?.generation).toBe(2), 8_000);
    await isOpen();
  });

  it("shakes hands anew when the platform says that the same task came back", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    expect(world.sessions).toBe(1);
    platform.tell({ control: "agent.online", generation: 99 });
    platform.tell({ control: "agent.online" });
    await until(() => expect(world.sessions).toBe(2));
    expect(world.link?.tell({ type: "ping", requestId: "2" })).toBe(true);
    await until(() => expect(world.messages).toContainEqual({ type: "pong", requestId: "2" }));
  });

  it("leaves a message, sealed, with the platform while the agent has no task", async () => {
    const platform = world.platform("stopped");
    const { send } = open(platform);
    await until(() => expect(world.states).toContain("asleep"));
    const message = chat("for later");
    await send(message);
    expect(platform.queued).toEqual([message.msgId]);
  });

  it("leaves what is said, and what waited, with the platform when an agent it was open to falls asleep", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    platform.task = undefined; // it hears nothing more, and has not said so yet
    const [before, after] = [chat("said to nobody"), chat("wake up")];
    await send(before);
    expect(platform.queued).toEqual([]);
    platform.agent = { ...platform.agent, state: "stopped", online: false };
    platform.tell({ control: "agent.changed", state: "stopped" });
    await until(() => expect(platform.queued).toEqual([before.msgId]));
    expect(world.link?.state().is).toBe("asleep");
    await send(after);
    expect(platform.queued).toEqual([before.msgId, after.msgId]);
    expect(await world.outbox.list()).toEqual([]);
  });

  it("leaves what is said with the platform while the agent seals its state, and still hears how that ends", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    platform.agent = { ...platform.agent, state: "stopping" };
    platform.tell({ control: "agent.changed", state: "stopping" });
    await until(() => expect(world.link?.state().is).toBe("asleep"));
    const message = chat("one more thing");
    await send(message);
    expect(platform.queued).toEqual([message.msgId]);
    expect(platform.heard).toEqual([]);
    world.link?.tell({ type: "chat.list", requestId: "1" });
    await until(() => expect(world.pin?.state.seq).toBe(7));
  });

  it("does not carry a change of the model over a sleep, in which a newer one may have been sealed", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    const task = platform.task;
    platform.task = undefined;
    const model = { type: "model.set", msgId: newId("message", new Date()), model: { kind: "demo" } } as const;
    await send(model);
    platform.agent = { ...platform.agent, state: "stopping" };
    platform.tell({ control: "agent.changed", state: "stopping" });
    await until(async () => expect(await world.outbox.list()).toEqual([]));
    await expect(send(model)).rejects.toMatchObject({ reason: "unreachable" });
    platform.task = task;
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await isOpen();
    const message = chat("good morning");
    await send(message);
    await until(() => expect(platform.heard).toEqual([message]));
  });

  it("leaves what waited once more when the platform could not write it down", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    platform.task = undefined;
    const message = chat("twice, if need be");
    await send(message);
    platform.busy = 1;
    platform.agent = { ...platform.agent, state: "stopped", online: false };
    platform.tell({ control: "agent.changed", state: "stopped" });
    await vi.waitFor(() => expect(platform.queued).toEqual([message.msgId]), 8_000);
  });

  it("keeps what is said on this device when the platform's queue is full, and says it when the agent hears again", async () => {
    const platform = world.platform("locked");
    const { send } = open(platform);
    await isOpen();
    platform.task = undefined;
    const message = chat("for a full queue");
    await send(message);
    platform.isFull = true;
    platform.agent = { ...platform.agent, state: "stopped" };
    platform.tell({ control: "agent.changed", state: "stopped" });
    await until(() => expect(world.link?.state().is).toBe("asleep"));
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(platform.heard).toEqual([message]));
  });

  it("says of the start it unlocked first that nothing vouched for it here, after a reload too, and not of the next", async () => {
    const platform = world.platform("running");
    open(platform); // unlocked by another device, to which the channel holds it
    await until(() => expect(world.taken).toEqual([false]));
    platform.agent = { ...platform.agent, state: "locked" };
    open(platform);
    await isOpen();
    expect(world.taken).toEqual([false, false, true]);
    open(platform);
    await until(() => expect(world.taken).toEqual([false, false, true, true]));
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(world.taken.slice(4)).toEqual([false, false]));
  });

  it("B25 is blocked when another key vouches for the task than the one this device knows", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    platform.startTask(2, makeLaunchKey());
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(world.states.at(-1)).toBe("blocked crypto.signature"));
    expect(platform.agent.state).toBe("locked");
  });

  it("B25 is blocked when the task runs another image, until the person accepts it, and then expects that one", async () => {
    const platform = world.platform("locked");
    const offer = (generation: number, image: number) => {
      platform.startTask(generation, platform.launchKey, image);
      platform.agent = { ...platform.agent, state: "locked" };
      platform.tell({ control: "agent.changed", state: "locked" });
    };
    open(platform);
    await isOpen();
    offer(2, 5);
    await until(() => expect(world.states.at(-1)).toBe("blocked crypto.image"));
    expect(platform.agent.state).toBe("locked");
    open(platform); // looked at again, it is as it was
    await until(() => expect(world.states.filter((state) => state === "blocked crypto.image")).toHaveLength(2));
    await acceptImage(world.pins);
    open(platform);
    await isOpen();
    offer(3, 1); // the first one again
    await until(() => expect(world.states.filter((state) => state === "blocked crypto.image")).toHaveLength(3));
  });

  it("C08 is blocked when the platform shows older settings of the agent than this device has seen", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    world.keepPin({ ...(world.pin ?? FIRST_PIN), envelopeVersion: 2 });
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked" };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(world.states.at(-1)).toBe("blocked crypto.rollback"));
  });

  it("C08 is blocked when the platform offers an older state than the agent told of", async () => {
    const platform = world.platform("locked");
    open(platform);
    await isOpen();
    world.link?.tell({ type: "chat.list", requestId: "1" });
    await until(() => expect(world.pin?.state.seq).toBe(7));
    platform.startTask(2);
    platform.agent = { ...platform.agent, state: "locked", saved: null };
    platform.tell({ control: "agent.changed", state: "locked" });
    await until(() => expect(world.states.at(-1)).toBe("blocked crypto.rollback"));
  });
});
