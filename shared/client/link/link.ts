import type { AgentMessage, DeviceMessage, Fleeting, Kept } from "#shared/channel/app-protocol.ts";
import { ChannelError } from "#shared/channel/close.ts";
import { readBrowserControl } from "#shared/channel/control.ts";
import type { InboxStore } from "#shared/channel/delivery/stores.ts";
import { bytesOfFrame, parseJson, readRelayFrame, writeRelayFrame } from "#shared/channel/envelope.ts";
import { type DeviceChannel, openChannelAsDevice } from "#shared/channel/peer/device-channel.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import { UnlockReply } from "../unlock.ts";
import { dropModels, type Leaver, leaveMessage, leaveOutbox, mayBeLeft, outboxKeyOf } from "./leaving.ts";
import { pinState } from "./pins.ts";
import { keepSocket, type Socket } from "./socket.ts";
import { type KnownTask, meetTask, type SeenStart } from "./unlocking.ts";

/**
 * connecting: no socket yet · asleep: the agent has no task · starting: a task is on its way · unlocking: this device is making it
 * the agent · opening: hands are being shaken · open · blocked: something does not hold, and nothing more is sent.
 */
export type LinkState =
  | { readonly is: "connecting" | "asleep" | "starting" | "unlocking" | "opening" | "open" }
  | { readonly is: "blocked"; readonly code: string };

export interface LinkInput extends Leaver {
  readonly openSocket: (ticket: string) => Socket;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly inbox: InboxStore;
  readonly onState: (state: LinkState) => void;
  readonly onAgent: (agent: Agent) => void;
  readonly onMessage: (message: AgentMessage) => void;
  readonly onStart?: (start: SeenStart) => void;
  /** Each time a session opens, also one that follows another: ask for what was missed (`chat.sync`). */
  readonly onSession?: () => void;
}

export interface AgentLink {
  /**
   * Resolves when kept: on this device while there is a task to speak to, with the platform (sealed) while there is none.
   * It arrives once. @throws ChannelError("unreachable") for what cannot wait with the platform; ApiError("queue.full")
   */
  send(message: Kept<DeviceMessage>): Promise<void>;
  /** False when there is no session at the moment. */
  tell(message: Fleeting<DeviceMessage>): boolean;
  state(): LinkState;
  /** Look again now: the agent was told to wake, or the network came back. */
  refresh(): void;
  close(): void;
}

const UNLOCK_PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 3_000;
const AWAKE: readonly Agent["state"][] = ["running", "paused"];

/** One device's standing connection to one agent: it finds the task, checks it, unlocks it, and keeps the channel open. */
export function openAgentLink(input: LinkInput): AgentLink {
  const { account, device, agentId } = input;
  let state: LinkState = { is: "connecting" };
  let task: KnownTask | undefined;
  let channel: DeviceChannel | undefined;
  let stopTimer: (() => void) | undefined;
  let isLooking = false;
  let mustLookAgain = false;
  let isLeaving = false; // what is said is left with the platform
  let isClosed = false; // the vault may be locked: what was awaited meanwhile leads to nothing more

  const isOver = () => isClosed || state.is === "blocked";
  const enter = (next: LinkState) => {
    if (isOver() || next.is === state.is) return;
    state = next;
    input.onState(next);
  };
  const block = (error: CryptoError) => {
    enter({ is: "blocked", code: error.code });
    channel?.close();
    socket.close();
  };
  const stumble = (error: unknown) => {
    if (error instanceof CryptoError) block(error);
    else later(LOOK_AGAIN_MS);
  };
  const later = (ms: number) => {
    if (isOver()) return;
    stopTimer?.();
    stopTimer = input.startTimer(ms, () => void look());
  };

  /** Asks the platform how the agent is, and does what follows; one look at a time. */
  const look = async () => {
    if (isOver()) return;
    if (isLooking) {
      mustLookAgain = true;
      return;
    }
    isLooking = true;
    mustLookAgain = false;
    stopTimer?.();
    try {
      const agent = await input.agents.get({ agentId });
      if (isOver()) return;
      input.onAgent(agent);
      if (socket.isUp()) await follow(agent);
    } catch (error) {
      stumble(error);
    } finally {
      isLooking = false;
      if (mustLookAgain) void look();
    }
  };

  const follow = async (agent: Agent) => {
    const isStarting = agent.state === "provisioning" || agent.state === "starting";
    if (isStarting || agent.state === "stopping") later(LOOK_AGAIN_MS); // it passes by itself, whether the relay tells of it or not
    if (agent.state !== "locked" && !AWAKE.includes(agent.state)) {
      enter({ is: isStarting ? "starting" : "asleep" });
      return leave(agent);
    }
    isLeaving = false;
    if (task?.generation !== agent.generation) {
      forgetChannel();
      if (task) await dropModels(input);
      task = await meetTask(input, agent);
      if (!isOver()) input.onStart?.(task.start);
    }
    if (isOver()) return;
    if (agent.state === "locked") return unlock(task);
    openChannel(task);
  };

  const forgetChannel = () => {
    channel?.close();
    channel = undefined;
  };
  /** Nothing more is said on the channel. While the agent seals its state it still tells of that on it, so it is heard to its end. */
  const leave = async ({ state }: Agent) => {
    isLeaving = true;
    if (state !== "stopping") forgetChannel();
    await dropModels(input);
    await leaveOutbox(input);
  };
  const keep = async (message: Kept<DeviceMessage>) => {
    if (isLeaving && message.type === "chat.send" && mayBeLeft(message.text)) return leaveMessage(input, message);
    if (isLeaving && message.type === "model.set") throw new ChannelError("unreachable"); // it stands where it was sealed
    await channel?.send(message);
    if (isLeaving) await leaveOutbox(input); // the agent went meanwhile
  };

  const unlock = ({ unlockFrame }: KnownTask) => {
    enter({ is: "unlocking" });
    later(UNLOCK_PATIENCE_MS);
    socket.send(writeRelayFrame({ to: "agent", kind: "unlock", sid: makeBytes(16), seq: 0, bytes: unlockFrame() }));
  };
  const heardUnlock = async (text: string) => {
    const reply = UnlockReply.safeParse(parseJson(text)).data; // anybody on the way may have said it
    if (!reply || !task || isOver()) return;
    if (reply.unlocked) {
      const start = await task.remember();
      if (!isOver()) input.onStart?.(start);
      openChannel(task);
    } else if (reply.reason === "busy") later(LOOK_AGAIN_MS);
    else block(new CryptoError(reply.reason === "state" ? "crypto.rollback" : "crypto.context"));
  };

  const openChannel = ({ agentCert }: KnownTask) => {
    if (channel?.isOpen() || isOver()) return;
    enter({ is: "opening" });
    channel ??= makeChannel(agentCert);
    channel.connected();
  };
  const makeChannel = (agentCert: Uint8Array): DeviceChannel =>
    openChannelAsDevice({
      port: { send: (text) => void socket.send(text), now: input.now, startTimer: input.startTimer },
      ...{ tid: account.tid, uid: account.uid, agentId, agentCert },
      ...{ deviceId: device.id, deviceCert: device.cert, rootKey: account.root.rootSign.publicKey },
      sign: (purpose, body) => sign(purpose, body, device.keys.sign.secretKey),
      outboxKey: outboxKeyOf(account),
      outbox: input.outbox,
      inbox: input.inbox,
      onMessage: (message) => void hear(message),
      onUndelivered: (id, why) => input.onUndelivered?.(id, why),
      onOpen: () => {
        enter({ is: "open" });
        void tellRevoked();
        input.onSession?.();
      },
      onClose: () => {
        enter({ is: socket.isUp() ? "opening" : "connecting" });
        later(LOOK_AGAIN_MS);
      },
    });
  const tellRevoked = async () => {
    const revocations = await input.readRevocations?.().catch(() => undefined); // the next session tells it, or another device
    if (revocations !== undefined) channel?.tell({ type: "devices.revoked", revocations });
  };
  const hear = async (message: AgentMessage) => {
    if (message.type === "state.saved") {
      const { stateSeq: seq, stateHash: hash } = message;
      await input.pins.change((pin) => pinState(pin, { seq, hash })).catch(() => undefined); // the next one is told, too
    }
    if (message.type === "queue.refused")
      for (const { msgId, why } of message.refused) input.onUndelivered?.(msgId, why);
    input.onMessage(message);
  };

  const hearText = (text: string) => {
    if (channel?.receive(text)) return;
    const frame = readRelayFrame(text);
    const bytes = frame?.kind === "unlock" ? bytesOfFrame(frame) : undefined;
    if (bytes) return void heardUnlock(new TextDecoder().decode(bytes)).catch(stumble);
    const control = readBrowserControl(text);
    if (control?.control === "agent.offline") channel?.disconnected();
    if (control?.control === "agent.online" && control.generation === task?.generation) channel?.renew();
    if (control && control.control !== "queued") void look();
  };

  const socket = keepSocket({
    makeTicket: async () => (await input.chat.relayTicket({ agentId, deviceId: device.id })).ticket,
    open: input.openSocket,
    startTimer: input.startTimer,
    onText: hearText,
    onUp: () => void look(),
    onDown: () => {
      channel?.disconnected();
      enter({ is: "connecting" });
    },
    onTicketRefused: () => enter({ is: "connecting" }),
  });

  return {
    send: (message) => {
      if (isClosed) return Promise.reject(new ChannelError("disconnected"));
      if (channel) return keep(message);
      if (message.type === "chat.send" && mayBeLeft(message.text)) return leaveMessage(input, message);
      return Promise.reject(new ChannelError("unreachable"));
    },
    tell: (message) => channel?.tell(message) ?? false,
    state: () => state,
    refresh() {
      socket.retryNow();
      void look();
    },
    close() {
      isClosed = true;
      stopTimer?.();
      channel?.close();
      socket.close();
    },
  };
}
