import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage, DeviceMessage, Kept } from "#shared/channel/app-protocol.ts";
import { makeMemoryInbox, makeMemoryOutbox } from "#shared/channel/delivery/stores.ts";
import { type EnrolledDevice, makeAgentSecrets, sealEnvelope, signedEnvelope } from "#shared/client/agent-keys.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { type AgentLink, openAgentLink } from "#shared/client/link/link.ts";
import { type AgentPin, FIRST_PIN } from "#shared/client/link/pins.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, newId } from "#shared/ids.ts";
import { startTimer } from "./fake-agent.ts";
import { readLink } from "./mailbox.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { type Place, Visitor } from "./visitor.ts";

/** Someone who uses the product from end to end, with the code the web app uses, and no screen. */
export class Person extends Visitor {
  account: Account | undefined;
  recoveryPhrase = "";
  device: EnrolledDevice | undefined;
  pin: AgentPin | undefined;
  link: AgentLink | undefined;
  socket: WebSocket | undefined;
  /** Every text that went over the relay, both ways: what the relay could keep. */
  readonly frames: string[] = [];
  readonly messages: AgentMessage[] = [];
  readonly #heardBefore = new Map<string, number>(); // an older answer is not the reply to what was said after it
  readonly #news = new EventEmitter();
  readonly #outbox = makeMemoryOutbox();
  readonly #inbox = makeMemoryInbox(Date.now);

  constructor(place: Place, email = `${crypto.randomUUID()}@people.example`) {
    super(place, email);
    this.#news.setMaxListeners(100);
  }

  /** Signs in, founds an organisation, makes the keys and enrols this device. */
  async settle(passphrase: string, name = "Org"): Promise<void> {
    await this.signIn();
    await this.#makeKeys((await this.createOrganisation(name)).id, passphrase);
  }

  /** Is invited by somebody, joins their organisation, and makes keys there. */
  async settleWith(owner: Person, passphrase: string, role: "admin" | "member" = "member"): Promise<void> {
    await owner.api.tenants.invite({ emails: [this.email], role });
    const secret = await readLink(this.place.endpoint, this.email, "invite");
    await this.signIn();
    const { tenantId } = await this.api.tenants.acceptInvite({ secret });
    await this.enter(tenantId);
    await this.#makeKeys(tenantId, passphrase);
  }

  async #makeKeys(tid: Id<"tenant">, passphrase: string): Promise<void> {
    const { user } = await this.whoAmI();
    const now = new Date();
    const made = await makeKeyring({ tid, uid: user.id }, passphrase, { deriveArgon2id, now });
    await this.api.keyring.createKeyring(made.request);
    this.account = made.account;
    this.recoveryPhrase = made.recoveryPhrase;
    await this.enrol(made.account, now);
  }

  async enrol(account: Account, now: Date): Promise<void> {
    const database = makeMemoryDatabase();
    const { keyring } = this.api;
    this.device = await enrolDevice({ account, database, folder: "", keyring, name: "Test browser", now });
  }

  /** "Deploy my agent": the row, then its sealed envelope, then the standing link. */
  async deploy(name = "Ada", model: ModelChoice = { kind: "demo" }): Promise<Agent> {
    const agent = await this.api.agents.create({ name });
    await this.adopt(agent.id, model);
    return agent;
  }

  /** What only a device can do for an agent there is, whoever asked for it: seal its secrets, and unlock it from now on. */
  async adopt(agentId: Id<"agent">, model: ModelChoice = { kind: "demo" }): Promise<void> {
    const { account } = this.#known();
    const envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets(model));
    await this.api.agents.putEnvelope(signedEnvelope(account, agentId, envelope));
    this.openLink(agentId);
  }

  openLink(agentId: Id<"agent">): AgentLink {
    const { account, device } = this.#known();
    this.link?.close();
    this.link = openAgentLink({
      ...{ agents: this.api.agents, chat: this.api.chat, account, device, agentId, startTimer, now: Date.now },
      pins: {
        read: async () => this.pin,
        change: async (next) => {
          this.pin = next(this.pin ?? FIRST_PIN);
        },
      },
      ...{ outbox: this.#outbox, inbox: this.#inbox },
      openSocket: (ticket) => this.#openSocket(ticket),
      onState: (state) => this.#news.emit("news", state),
      onAgent: (agent) => this.#news.emit("news", agent),
      onMessage: (message) => {
        this.messages.push(message);
        this.#news.emit("news", message);
      },
    });
    return this.link;
  }

  #openSocket(ticket: string): Socket {
    const socket = new WebSocket(`${this.place.url.replace(/^http/, "ws")}/relay?ticket=${ticket}`);
    const send = socket.send.bind(socket);
    socket.send = (text: string) => {
      this.frames.push(text);
      send(text);
    };
    socket.on("message", (data) => this.frames.push(String(data)));
    this.socket = socket;
    return socket as unknown as Socket; // its handlers take an event that the link does not look at
  }

  #known(): { account: Account; device: EnrolledDevice } {
    const { account, device } = this;
    if (!account || !device) throw new Error("settle first");
    return { account, device };
  }

  /** Waits until something holds, looking again at each piece of news. */
  async until<T>(what: () => T | undefined | false, milliseconds = 90_000): Promise<T> {
    const signal = AbortSignal.timeout(milliseconds);
    for (;;) {
      const found = what();
      if (found) return found;
      await once(this.#news, "news", { signal });
    }
  }

  /** Leaves nothing running behind: a machine bears only so many agents. */
  async retire(): Promise<void> {
    this.link?.close();
    if (!this.token) return;
    const { items } = await this.api.agents.list({ limit: 100 });
    await Promise.all(items.map(({ id: agentId }) => this.api.agents.remove({ agentId }).catch(() => undefined)));
  }

  isOpen(): Promise<true> {
    return this.until(() => this.link?.state().is === "open" || undefined);
  }

  async untilAgent(agentId: Id<"agent">, state: Agent["state"], milliseconds = 90_000): Promise<Agent> {
    const until = Date.now() + milliseconds;
    for (;;) {
      const agent = await this.api.agents.get({ agentId });
      if (agent.state === state) return agent;
      if (Date.now() > until) throw new Error(`the agent is ${agent.state}, not ${state}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Says something, and gives the message as it was sent. */
  async say(text: string, conversationId = newId("conversation", new Date())): Promise<Said> {
    const message = { type: "chat.send", msgId: newId("message", new Date()), conversationId, text } as const;
    this.#heardBefore.set(message.msgId, this.messages.length);
    await this.link?.send(message);
    return message;
  }

  /** The reply to a message, when it is final. */
  async replyTo({ msgId, conversationId }: Said, milliseconds = 90_000): Promise<Entry> {
    const end = await this.until(() => {
      const asked = this.messages.findIndex((m) => m.type === "chat.entry" && m.entry.id === msgId);
      return this.messages
        .slice(Math.max(this.#heardBefore.get(msgId) ?? 0, asked))
        .find((m) => m.type === "chat.end" && m.conversationId === conversationId);
    }, milliseconds);
    if (end.type !== "chat.end") throw new Error("not an end");
    return end.entry;
  }

  /** The whole of a conversation as the agent tells it. */
  /** All that was said, page by page from its end. */
  async history(conversationId: Id<"conversation">): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const requestId = crypto.randomUUID().slice(0, 30);
      const before = entries[0] ? { before: entries[0].seq } : {};
      this.link?.tell({ type: "chat.history", requestId, conversationId, limit: 100, ...before });
      const page = await this.until(() => this.messages.find(isPage(requestId)));
      if (page.entries.length === 0) return entries;
      entries.unshift(...page.entries);
    }
  }
}

type Page = Extract<AgentMessage, { type: "chat.page" }>;
const isPage =
  (requestId: string) =>
  (message: AgentMessage): message is Page =>
    message.type === "chat.page" && message.requestId === requestId;

export type Said = Extract<Kept<DeviceMessage>, { type: "chat.send" }>;
