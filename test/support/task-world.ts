import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { makeMemoryInbox, makeMemoryOutbox } from "#shared/channel/delivery/stores.ts";
import { type EnrolledDevice, makeAgentSecrets, sealEnvelope } from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { type AgentLink, type LinkInput, openAgentLink } from "#shared/client/link/link.ts";
import { type AgentPin, FIRST_PIN } from "#shared/client/link/pins.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { type Id, newId } from "#shared/ids.ts";
import { type Supervisor, startSupervisor } from "../../agent/life/supervise.ts";
import { makeLog } from "../../agent/platform/log.ts";
import { QUIET_MS } from "../../agent/state/saving.ts";
import { makeLaunchKey, signLaunch, startTimer } from "./fake-agent.ts";
import { FakeOpenClaw } from "./fake-openclaw.ts";
import { FakeTasksApi } from "./fake-tasks-api.ts";

const now = new Date();
export const place = { tid: newId("tenant", now), uid: newId("user", now) };
export const agentId = newId("agent", now);

/** One task of the agent: its supervisor as it really is, between a fake OpenClaw and a fake platform. */
export interface Task {
  readonly id: Id<"task">;
  readonly folder: string;
  readonly lines: string[]; // its log
  readonly exits: number[];
  readonly openclaw: FakeOpenClaw;
  readonly supervisor: Supervisor;
}

/** A device with the code the web app uses. */
export interface Device {
  readonly link: AgentLink;
  readonly messages: AgentMessage[];
  readonly undelivered: [Id<"message">, string][];
  readonly id: Id<"device">;
  readonly pin: () => AgentPin | undefined;
}

export const conversationId = newId("conversation", now);
export const chat = (text: string, to = conversationId) =>
  ({ type: "chat.send", msgId: newId("message", new Date()), conversationId: to, text }) as const;

/** What a device was told, of one kind. */
export const heard = <T extends AgentMessage["type"]>({ messages }: Device, type: T) =>
  messages.filter((message): message is Extract<AgentMessage, { type: T }> => message.type === type);
export const answers = (device: Device): string[] => heard(device, "chat.end").map(({ entry }) => entry.text);

/** The agent's owner, the platform, the relay between devices and the present task. */
export class TaskWorld {
  /** Which devices the owner has taken back, as every device of theirs knows. */
  revocations: string | undefined;
  readonly api = new FakeTasksApi();
  readonly launchKey = makeLaunchKey();
  readonly account: Account;
  state: Agent["state"] = "provisioning";
  generation = 0;
  readonly frames: string[] = [];
  readonly queuedIds: string[] = [];
  #taskSocket: Socket | undefined;
  readonly #deviceSockets = new Map<string, Socket>();
  readonly #links: AgentLink[] = [];

  constructor(account: Account, model: Parameters<typeof makeAgentSecrets>[0] = { kind: "demo" }) {
    this.account = account;
    this.api.envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets(model));
    this.api.onReport = (fact) => {
      if (fact === "unlocked") this.state = "running";
    };
  }

  static async open(model?: Parameters<typeof makeAgentSecrets>[0]): Promise<TaskWorld> {
    const made = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    return new TaskWorld(made.account, model);
  }

  /** A task from nothing: started, assigned, and waiting for its unlock. */
  async startTask(change: (openclaw: FakeOpenClaw) => void = () => undefined): Promise<Task> {
    const task = await this.startFreeTask(change);
    await this.assign(task);
    return task;
  }

  async startFreeTask(change: (openclaw: FakeOpenClaw) => void = () => undefined): Promise<Task> {
    const ticket = encodeBase64url(makeBytes(32));
    this.api.tickets.add(ticket);
    const folder = mkdtempSync(join(tmpdir(), "ocmt-task-"));
    const lines: string[] = [];
    const exits: number[] = [];
    let openclaw: FakeOpenClaw | undefined;
    const isConnected = Promise.withResolvers<void>();
    const openSocket = () => this.#openTaskSocket();
    const known = new Set(this.api.tasks.keys());
    const supervisor = await startSupervisor({
      settings: { apiUrl: "https://api.example", relayUrl: "wss://api.example/relay", folder, size: "small", ticket },
      log: makeLog((line) => void lines.push(line)),
      ...{ now: Date.now, startTimer: startTaskTimer, fetch: this.api.fetch },
      makeOpenClaw(input) {
        openclaw = new FakeOpenClaw(input);
        change(openclaw);
        return openclaw;
      },
      openSocket() {
        isConnected.resolve();
        return openSocket();
      },
      exit: (code) => exits.push(code),
    });
    await isConnected.promise; // from now on what is said to the agent reaches this task
    const id = [...this.api.tasks.keys()].find((one) => !known.has(one));
    if (!openclaw || !id) throw new Error("The task did not join.");
    return { id, folder, lines, exits, openclaw, supervisor };
  }

  /** The lifecycle gives the agent to a task: from now on every other task is an old one. */
  async assign({ id }: Pick<Task, "id">): Promise<void> {
    this.generation += 1;
    const { tid: tenantId, uid: userId } = place;
    const row = this.api.tasks.get(id);
    if (!row) throw new Error("There is no such task.");
    row.assignment = { tenantId, userId, agentId, generation: this.generation };
    this.api.holder = { taskId: id, generation: this.generation };
    this.state = "locked";
    this.order({ control: "assign", tenantId, userId });
    for (const socket of this.#deviceSockets.values())
      this.#tellDevice(socket, { control: "agent.changed", state: "locked" });
  }

  order(control: object): void {
    this.#taskSocket?.onmessage?.({ data: JSON.stringify({ v: 1, agentId, generation: this.generation, ...control }) });
  }

  #tellDevice(socket: Socket, control: object): void {
    socket.onmessage?.({ data: JSON.stringify({ v: 1, agentId, generation: this.generation, ...control }) });
  }

  /** The relay loses the task's socket, as when the process is gone. */
  cutTask(): void {
    const lost = this.#taskSocket;
    this.#taskSocket = undefined;
    lost?.onclose?.();
  }

  /** The process dies: nothing it has in memory will ever be said. */
  kill(): void {
    if (this.#taskSocket) this.#taskSocket.onclose = null;
    this.#taskSocket = undefined;
    this.api.holder = undefined;
    for (const socket of this.#deviceSockets.values()) this.#tellDevice(socket, { control: "agent.offline" });
  }

  #openTaskSocket(): Socket {
    const socket: Socket = {
      ...{ readyState: 1, onopen: null, onclose: null, onerror: null, onmessage: null },
      send: (text) => {
        if (this.#taskSocket !== socket) return; // a dead process's words reach nobody
        this.frames.push(text);
        const { to } = JSON.parse(text) as { to: string };
        queueMicrotask(() => this.#deviceSockets.get(to)?.onmessage?.({ data: text }));
      },
      close: () => {
        if (this.#taskSocket === socket) this.#taskSocket = undefined;
      },
    };
    this.#taskSocket = socket;
    queueMicrotask(() => socket.onopen?.());
    return socket;
  }

  readonly #openDeviceSocket = (): Socket => {
    const name = `connection-${crypto.randomUUID()}`;
    const socket: Socket = {
      ...{ readyState: 1, onopen: null, onclose: null, onerror: null, onmessage: null },
      send: (text) => {
        this.frames.push(text);
        const frame = JSON.stringify({ ...JSON.parse(text), from: name });
        queueMicrotask(() => this.#taskSocket?.onmessage?.({ data: frame }));
      },
      close: () => void this.#deviceSockets.delete(name),
    };
    this.#deviceSockets.set(name, socket);
    queueMicrotask(() => socket.onopen?.());
    return socket;
  };

  /** Another device of the owner, which may know of the agent already. Its outbox and inbox are its own. */
  openDevice(account = this.account, id = newId("device", new Date()), known?: AgentPin): Device {
    const keys = makeDeviceKeys();
    const pubs = { signKey: keys.sign.publicKey, kemKey: keys.kem.publicKey };
    const times = { createdAtMs: Date.now(), seq: 1, notAfterMs: Date.now() + 1e9 };
    const cert = signDeviceCert({ ...place, deviceId: id, ...pubs, ...times }, account.root.rootSign.secretKey);
    const messages: AgentMessage[] = [];
    const undelivered: [Id<"message">, string][] = [];
    let pin = known;
    const keepPin = (next: AgentPin): void => {
      pin = next;
    };
    const link = openAgentLink({
      ...this.#apiOfDevice(),
      ...{ account, agentId, device: { id, keys, cert } satisfies EnrolledDevice },
      pins: { read: async () => pin, change: async (next) => keepPin(next(pin ?? FIRST_PIN)) },
      ...{ now: Date.now, startTimer, openSocket: this.#openDeviceSocket },
      readRevocations: async () => this.revocations,
      ...{ outbox: makeMemoryOutbox(), inbox: makeMemoryInbox(Date.now) },
      ...{ onState: () => undefined, onAgent: () => undefined },
      onMessage: (message) => messages.push(message),
      onUndelivered: (id, why) => void undelivered.push([id, why]),
    });
    this.#links.push(link);
    return { link, messages, undelivered, id, pin: () => pin };
  }

  #apiOfDevice(): Pick<LinkInput, "agents" | "chat"> {
    return {
      agents: {
        get: async () => this.#agent(),
        launch: async () => this.#launch(),
        getEnvelope: async () => this.api.envelope,
      },
      chat: {
        relayTicket: async () => ({ ticket: "ticket", expiresAt: now.toISOString() }),
        enqueue: async ({ messageId, blob }: { messageId: string; blob: string }) => {
          this.queuedIds.push(messageId);
          this.api.queue.push({ id: newId("frame", new Date()), at: new Date().toISOString(), blob });
        },
      },
    } as unknown as Pick<LinkInput, "agents" | "chat">; // the link asks for no other route
  }

  #launch() {
    const taskId = this.api.holder?.taskId;
    const row = taskId && this.api.tasks.get(taskId);
    if (!row) throw new Error("no launch");
    const { agentId: id, generation, launchKey } = { agentId, generation: this.generation, launchKey: this.launchKey };
    const sign = { publicKey: asSignPublicKey(decodeBase64url(row.bootSignPub)) };
    return signLaunch({ agentId: id, generation, launchKey }, taskId, {
      sign,
      kem: { publicKey: decodeBase64url(row.bootKemPub) },
    });
  }

  #agent(): Agent {
    const { state, generation } = this;
    return {
      ...{
        id: agentId,
        name: "Ada",
        ownerId: place.uid,
        state,
        size: "small",
        generation,
        steps: [],
        etaSeconds: null,
      },
      ...{ online: true, saved: this.api.saved, queued: 0, restarts: 0, cause: null },
      ...{ firstMessageAt: null, lastActiveAt: null, createdAt: now.toISOString(), version: 1 },
    };
  }

  close(): void {
    for (const link of this.#links) link.close();
    this.kill();
  }
}

/** As time goes by, but a task is quiet sooner. */
const startTaskTimer = (ms: number, fire: () => void): (() => void) => startTimer(ms === QUIET_MS ? 250 : ms, fire);
