import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { sealQueued } from "#shared/channel/queued.ts";
import { agentIdentity } from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { secretsOf } from "#shared/client/link/unlocking.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Id, newId } from "#shared/ids.ts";
import { agentId, chat, conversationId, type Device, place, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";

const now = new Date();
const WEEK_MS = 7 * 24 * 3_600_000;

vi.setConfig({ testTimeout: 20_000 });

describe("what was left for an agent and cannot be taken", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => until(() => expect(link.state().is).toBe("open"));

  /** A frame in the platform's queue, left by a device of that account. */
  function leave(account: Account, msgId = newId("message", new Date())): Id<"message"> {
    const secrets = secretsOf(world.account, agentId, world.api.envelope);
    const recipient = agentIdentity(world.account, agentId, secrets).kem.publicKey;
    const keys = makeDeviceKeys();
    const deviceId = newId("device", now);
    const pubs = { signKey: keys.sign.publicKey, kemKey: keys.kem.publicKey };
    const times = { createdAtMs: Date.now(), seq: 1, notAfterMs: Date.now() + 1e9 };
    const deviceCert = signDeviceCert({ ...place, deviceId, ...pubs, ...times }, account.root.rootSign.secretKey);
    const message = { msgId, conversationId, text: "left before", at: Date.now() };
    const blob = sealQueued(message, { agentId, deviceId, deviceCert, sender: keys.sign, recipient });
    world.api.queue.push({ id: newId("frame", new Date()), at: new Date().toISOString(), blob: encodeBase64url(blob) });
    return msgId;
  }

  it("is named to every device that comes: left before a change of all keys, or longer ago than a week", async () => {
    const { account: before } = await makeKeyring(place, "an earlier passphrase of words", { deriveArgon2id, now });
    const lost = leave(before);
    const old = leave(world.account, newId("message", new Date(Date.now() - WEEK_MS - 60_000)));
    const good = leave(world.account);
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    const told = [
      [lost, "unreadable"],
      [old, "too_old"],
    ];
    await until(() => expect(device.undelivered).toEqual(told));
    await until(() => expect(world.api.queue).toEqual([]));
    const entries = device.messages.flatMap((message) => (message.type === "chat.entry" ? [message.entry.id] : []));
    expect([...new Set(entries)]).toEqual([good]);
    const second = world.openDevice();
    await until(() => expect(second.undelivered).toEqual(told));
  });

  it("is named no more once it was said again under its id", async () => {
    const { account: before } = await makeKeyring(place, "an earlier passphrase of words", { deriveArgon2id, now });
    const msgId = leave(before);
    await world.startTask();
    const device = world.openDevice();
    await until(() => expect(device.undelivered).toHaveLength(1));
    await device.link.send({ ...chat("left before"), msgId });
    await until(() => expect(device.messages.map(({ type }) => type)).toContain("chat.end"));
    const second = world.openDevice();
    await isOpen(second);
    second.link.tell({ type: "ping", requestId: "1" });
    await until(() => expect(second.messages.map(({ type }) => type)).toContain("agent.status"));
    expect(second.undelivered).toEqual([]);
  });

  it("that names no message at all is taken off", async () => {
    for (const blob of ["AAAA", "AB"])
      world.api.queue.push({ id: newId("frame", new Date()), at: new Date().toISOString(), blob });
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await until(() => expect(world.api.queue).toEqual([]));
    expect(device.undelivered).toEqual([]);
  });
});
