import type { AgentMessage, DeviceMessage } from "#shared/channel/app-protocol.ts";
import type { CloseReason } from "#shared/channel/close.ts";
import {
  type InboxStore,
  makeMemoryInbox,
  makeMemoryOutbox,
  type OutboxStore,
} from "#shared/channel/delivery/stores.ts";
import { acceptChannelAsAgent } from "#shared/channel/peer/agent-channel.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import { openChannelAsDevice } from "#shared/channel/peer/device-channel.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { signAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeSignKeys, sign } from "#shared/crypto/primitives/sign.ts";
import { type Id, newId } from "#shared/ids.ts";
import { type Clock, startClock } from "./clock.ts";

/** One user's root, a device and an agent, each with its certificate. */
export function makeParties(now: number) {
  const at = new Date(now);
  const root = makeSignKeys();
  const device = makeIdentity();
  const agent = makeIdentity();
  const place = { tid: newId("tenant", at), uid: newId("user", at) };
  const [agentId, deviceId] = [newId("agent", at), newId("device", at)];
  const until = { seq: 1, notAfterMs: now + 365 * 86_400_000 };
  const deviceKeys = { signKey: device.sign.publicKey, kemKey: device.kem.publicKey };
  const deviceCert = signDeviceCert({ ...place, deviceId, ...deviceKeys, createdAtMs: now, ...until }, root.secretKey);
  const agentKeys = { signKey: agent.sign.publicKey, kemKey: agent.kem.publicKey };
  const runs = { imageDigest: new Uint8Array(32).fill(1), policyHash: new Uint8Array(32).fill(2) };
  const agentCert = signAgentCert({ ...place, agentId, ...agentKeys, ...runs, ...until }, root.secretKey);
  return { ...place, agentId, deviceId, root, device, agent, deviceCert, agentCert };
}
export type Parties = ReturnType<typeof makeParties>;

export const signersOf = (parties: Parties) => ({
  asDevice: (purpose: "channel-m1", body: Uint8Array) => sign(purpose, body, parties.device.sign.secretKey),
  asAgent: (purpose: "channel-m2", body: Uint8Array) => sign(purpose, body, parties.agent.sign.secretKey),
});

/** What the relay does to a frame: nothing, lose it, or carry it at these delays (two delays: it comes twice). */
export type Fate = (text: string, to: "agent" | "device") => readonly number[];
export const carried: Fate = () => [10];

export interface World {
  readonly clock: Clock;
  readonly parties: Parties;
  fate: Fate;
  readonly texts: { readonly to: "agent" | "device"; readonly text: string }[];
  readonly toAgent: DeviceMessage[];
  readonly toDevice: AgentMessage[];
  readonly closed: { readonly end: "agent" | "device"; readonly reason: CloseReason }[];
  /** What each end wrote down in the same write as the message's id: what a crash cannot take. */
  readonly journal: { readonly agent: string[]; readonly device: string[] };
  readonly undelivered: string[];
  readonly inboxes: { readonly agent: InboxStore };
  /** How many messages still wait in either outbox. */
  waiting(): Promise<number>;
  opened: number;
  /** Ends of which the process is gone and came back: only the stores stay. */
  killDevice(): void;
  killAgent(): void;
  cutDevice(): void;
  device(): ReturnType<typeof openChannelAsDevice>;
  agent(): ReturnType<typeof acceptChannelAsAgent>;
  deliver(text: string, to: "agent" | "device"): void;
}

const CONNECTION = "Zx9=";

export function startWorld({ fate = carried, parties = undefined as Parties | undefined, connect = true } = {}): World {
  const clock = startClock();
  const all = parties ?? makeParties(clock.now());
  const signers = signersOf(all);
  const kept = asKey(new Uint8Array(32).fill(7));
  const stores = {
    deviceOutbox: makeMemoryOutbox(),
    deviceInbox: makeMemoryInbox(clock.now),
    agentOutbox: makeMemoryOutbox(),
    agentInbox: makeMemoryInbox(clock.now),
  };
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.startTimer(ms, resolve));
  /** A disk: writing takes time, and a process that dies meanwhile has not written. */
  const diskOf = (outbox: OutboxStore, inbox: InboxStore, journal: string[], isAlive: () => boolean) => ({
    outbox: {
      ...outbox,
      async put(id: Id<"message">, sealed: Uint8Array) {
        await wait(2);
        if (!isAlive()) throw new Error("dead");
        await outbox.put(id, sealed);
      },
    },
    inbox: {
      ...inbox,
      async record(id: Id<"message">, message: Uint8Array) {
        await wait(2);
        if (!isAlive()) throw new Error("dead");
        const isNew = await inbox.record(id, message);
        if (isNew) journal.push(id);
        await wait(2);
        return isNew;
      },
    },
  });
  let lives = 0; // of both ends; what a dead end still does reaches nobody
  let deviceLife = -1;
  let agentLife = -1;

  const portOf = (to: "agent" | "device", isAlive: () => boolean) => ({
    now: clock.now,
    startTimer: (ms: number, fire: () => void) => clock.startTimer(ms, () => isAlive() && fire()),
    send(text: string) {
      if (!isAlive()) return;
      world.texts.push({ to, text });
      for (const delay of world.fate(text, to)) clock.startTimer(delay, () => world.deliver(text, to));
    },
  });
  const makeDevice = () => {
    const life = lives++;
    deviceLife = life;
    const isAlive = () => deviceLife === life;
    return openChannelAsDevice({
      ...{ port: portOf("agent", isAlive), tid: all.tid, uid: all.uid, agentId: all.agentId, deviceId: all.deviceId },
      ...{ deviceCert: all.deviceCert, agentCert: all.agentCert, sign: signers.asDevice, rootKey: all.root.publicKey },
      ...{ outboxKey: kept, ...diskOf(stores.deviceOutbox, stores.deviceInbox, world.journal.device, isAlive) },
      onMessage: (message) => void (isAlive() && world.toDevice.push(message)),
      onUndelivered: (id) => void world.undelivered.push(id),
      onOpen: () => void (isAlive() && world.opened++),
      onClose: (reason) => void (isAlive() && world.closed.push({ end: "device", reason })),
    });
  };
  const makeAgent = () => {
    const life = lives++;
    agentLife = life;
    const isAlive = () => agentLife === life;
    const disk = diskOf(stores.agentOutbox, stores.agentInbox, world.journal.agent, isAlive);
    return acceptChannelAsAgent({
      ...{
        port: portOf("device", isAlive),
        tid: all.tid,
        uid: all.uid,
        agentId: all.agentId,
        agentCert: all.agentCert,
      },
      ...{ sign: signers.asAgent, rootKey: all.root.publicKey, outboxKey: kept },
      ...{ outboxOf: () => disk.outbox, inbox: disk.inbox },
      onMessage: (message, _from: Peer) => void (isAlive() && world.toAgent.push(message)),
      onOpen: () => undefined,
      onClose: (_peer, reason) => void (isAlive() && world.closed.push({ end: "agent", reason })),
    });
  };
  let device: ReturnType<typeof makeDevice>;
  let agent: ReturnType<typeof makeAgent>;

  const world: World = {
    ...{ clock, parties: all, fate, texts: [], toAgent: [], toDevice: [], closed: [], opened: 0 },
    ...{ journal: { agent: [], device: [] }, undelivered: [] },
    inboxes: { agent: stores.agentInbox },
    waiting: async () => (await stores.deviceOutbox.list()).length + (await stores.agentOutbox.list()).length,
    killDevice() {
      device = makeDevice();
      device.connected();
    },
    killAgent() {
      agent = makeAgent();
    },
    cutDevice() {
      device.disconnected();
      device.connected();
    },
    device: () => device,
    agent: () => agent,
    deliver(text, to) {
      const stamped = JSON.stringify({ ...JSON.parse(text), from: to === "agent" ? CONNECTION : "agent" });
      if (to === "agent") agent.receive(stamped);
      else device.receive(stamped);
    },
  };
  agent = makeAgent();
  device = makeDevice();
  if (connect) device.connected();
  return world;
}

export const chatSend = (world: World, text: string) => {
  const at = new Date(world.clock.now());
  return { type: "chat.send", msgId: newId("message", at), conversationId: newId("conversation", at), text } as const;
};
