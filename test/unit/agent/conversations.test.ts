import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { newId } from "#shared/ids.ts";
import { type Device, TaskWorld } from "#test/support/task-world.ts";

const conversationId = newId("conversation", new Date());
const chat = (text: string, to = conversationId) =>
  ({ type: "chat.send", msgId: newId("message", new Date()), conversationId: to, text }) as const;

describe("an agent's conversations", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => vi.waitFor(() => expect(link.state().is).toBe("open"), 4_000);
  const heard = <T extends AgentMessage["type"]>({ messages }: Device, type: T) =>
    messages.filter((message): message is Extract<AgentMessage, { type: T }> => message.type === type);
  const answers = (device: Device) => heard(device, "chat.end").map(({ entry }) => entry.text);

  it("begin when a device unlocks the task, and answer", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("hello"));
    await vi.waitFor(() => expect(answers(device)).toEqual(["heard: hello"]), 4_000);
    await vi.waitFor(() => expect(world.api.reports.map(({ fact }) => fact)).toContain("ready"));
    expect(world.api.reports.map(({ fact }) => fact)).toEqual(
      expect.arrayContaining(["connected", "openclaw_ready", "assigned", "unlocked", "ready", "active"]),
    );
    expect(world.api.reports.filter(({ firstMessage }) => firstMessage)).toHaveLength(1);
  });
});
