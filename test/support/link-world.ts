import { expect } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { makeMemoryInbox, makeMemoryOutbox, type OutboxStore } from "#shared/channel/delivery/stores.ts";
import { makeAgentSecrets, sealEnvelope } from "#shared/client/agent-keys.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { type AgentLink, type LinkInput, openAgentLink } from "#shared/client/link/link.ts";
import { type AgentPin, FIRST_PIN, type PinStore } from "#shared/client/link/pins.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Problem } from "#shared/contracts/route.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys } from "#shared/crypto/account/identity.ts";
import { type Id, newId } from "#shared/ids.ts";
import { until } from "#test/support/until.ts";
import { startTimer } from "./fake-agent.ts";
import { LinkPlatform } from "./link-platform.ts";

const now = new Date();

/** One device with one account, and all that its link to an agent has said of itself. */
export class LinkWorld {
  readonly agentId = newId("agent", now);
  readonly conversationId = newId("conversation", now);
  readonly deviceKeys = makeDeviceKeys();
  deviceId = newId("device", now);
  account: Account;
  link: AgentLink | undefined;
  readonly states: string[] = [];
  readonly messages: AgentMessage[] = [];
  /** Of each start that was met, whether this device took it with nothing to hold it against. */
  readonly taken: boolean[] = [];
  readonly undelivered: [Id<"message">, string][] = [];
  pin: AgentPin | undefined;
  sessions = 0;
  outbox: OutboxStore = makeMemoryOutbox();

  constructor(account: Account) {
    this.account = account;
  }

  static async make(): Promise<LinkWorld> {
    const place = { tid: newId("tenant", now), uid: newId("user", now) };
    const made = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    return new LinkWorld(made.account);
  }

  platform(state: Agent["state"]): LinkPlatform {
    const { tid, uid } = this.account;
    return new LinkPlatform({ tid, uid, agentId: this.agentId }, state);
  }

  readonly keepPin = (next: AgentPin): void => {
    this.pin = next;
  };

  readonly pins: PinStore = {
    read: async () => this.pin,
    change: async (next) => this.keepPin(next(this.pin ?? FIRST_PIN)),
  };

  open(platform: LinkPlatform, more: Partial<LinkInput> = {}): AgentLink {
    const { account, agentId, deviceId, deviceKeys } = this;
    platform.envelope ??= sealEnvelope(account, agentId, 1, makeAgentSecrets({ kind: "demo" }));
    this.link = openAgentLink({
      ...apiOf(platform),
      ...{ account, agentId, device: { id: deviceId, keys: deviceKeys, cert: this.#certify() } },
      ...{ pins: this.pins, now: Date.now, startTimer, openSocket: platform.openSocket },
      ...{ outbox: this.outbox, inbox: makeMemoryInbox(Date.now) },
      onState: (state) => this.states.push(state.is === "blocked" ? `blocked ${state.code}` : state.is),
      onAgent: () => undefined,
      onMessage: (message) => this.messages.push(message),
      onStart: ({ isTaken }) => this.taken.push(isTaken),
      onSession: () => void this.sessions++,
      onUndelivered: (id, why) => void this.undelivered.push([id, why]),
      ...more,
    });
    return this.link;
  }

  #certify(): Uint8Array {
    const { account, deviceId, deviceKeys } = this;
    const keys = { signKey: deviceKeys.sign.publicKey, kemKey: deviceKeys.kem.publicKey };
    const times = { createdAtMs: now.getTime(), seq: 1, notAfterMs: now.getTime() + 1e9 };
    return signDeviceCert({ ...account, deviceId, ...keys, ...times }, account.root.rootSign.secretKey);
  }

  readonly isOpen = () => until(() => expect(this.link?.state().is).toBe("open"));

  chat(text: string) {
    const { conversationId } = this;
    return { type: "chat.send", msgId: newId("message", new Date()), conversationId, text } as const;
  }

  /** As if the device had never been used; its account stays. */
  reset(): void {
    this.link?.close();
    this.link = undefined;
    this.pin = undefined;
    this.outbox = makeMemoryOutbox();
    this.sessions = 0;
    for (const list of [this.states, this.messages, this.taken, this.undelivered]) list.length = 0;
  }
}

const apiOf = (platform: LinkPlatform) =>
  ({
    agents: {
      get: async () => platform.agent,
      launch: async () => platform.task?.launch(),
      getEnvelope: async () => platform.envelope,
    },
    chat: {
      relayTicket: async () => ({ ticket: "ticket", expiresAt: now.toISOString() }),
      enqueue: async ({ messageId }: { messageId: string }) => {
        if (platform.busy-- > 0) throw new ApiError("request.busy", "busy", { problem: { status: 503 } as Problem });
        if (platform.isFull) throw new ApiError("queue.full", "full", { problem: { status: 409 } as Problem });
        platform.queued.push(messageId);
      },
    },
  }) as unknown as Pick<LinkInput, "agents" | "chat">; // the link asks for no other route
