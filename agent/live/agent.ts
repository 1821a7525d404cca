import { join } from "node:path";
import { type AgentChannel, acceptChannelAsAgent } from "#shared/channel/peer/agent-channel.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import { type Conversations, startConversations } from "../chat/conversations.ts";
import { type Lending, startLending } from "../lending/lending.ts";
import { rememberOffer } from "../lending/offers.ts";
import type { OpenClawEvent } from "../openclaw/types.ts";
import { saveState } from "../state/checkpoint.ts";
import { startJournal } from "../state/journal.ts";
import type { Restored } from "../state/restore.ts";
import { type Saving, startSaving } from "../state/saving.ts";
import { makeQueueReader } from "./queue.ts";
import { type Refused, startRefused } from "./refused.ts";
import { type Revoked, startRevoked } from "./revoked.ts";
import { teachOpenClaw } from "./teach.ts";
import type { Unlocked } from "./unlock.ts";
import { startVaultTalk, type VaultTalk } from "./vault-talk.ts";
import type { World } from "./world.ts";

const WITH_VALUES = ["vault_request", "lent_request"]; // the tools of agent/gate-plugin

/** An unlocked task: devices come and go, OpenClaw answers, states are saved. */
export interface LiveAgent {
  readonly saving: Saving;
  readonly conversations: Conversations;
  /** OpenClaw is given its memory back, then answers what waits; what was left in the queue follows. */
  wakeUp(openclawIsReady: Promise<void>): Promise<void>;
  readQueue(): Promise<void>;
  /** What passes between this agent and those of other people. */
  readonly lending: Lending;
  /** A text from the relay; false if it is not the channel's. */
  receive(text: string): boolean;
  disconnected(connection?: string): void;
  hearOpenClaw(event: OpenClawEvent): void;
  close(): void;
}

export interface LiveAgentInput {
  readonly world: World;
  readonly unlocked: Unlocked;
  readonly restored: Restored;
  readonly isPaused: () => boolean;
  /** Someone speaks: a frozen agent thaws. */
  readonly onActive: () => void;
}

export function startLiveAgent({ world, unlocked, restored, isPaused, onActive }: LiveAgentInput): LiveAgent {
  const { platform, openclaw, model, vault, log: report, now, startTimer, reports } = world;
  const { api } = platform;
  const { log } = restored;
  const journal = startJournal({ api, startTimer, base: unlocked.base, end: restored.end, onLost: world.onFatal });
  const untold = new Map<Id<"conversation">, number>();
  let toldFirst = false; // the platform keeps the first time it is told
  model.choose(unlocked.model);

  const conversations = startConversations({
    ...{ log, journal, openclaw, model, report, now, startTimer, isPaused },
    tell: (to, message) => void channel.tell(to, message),
    send: (deviceId, message) => channel.send(deviceId, message),
    onActive() {
      const isFirst = !toldFirst && log.lastSeq() > 0;
      reports.active(isFirst);
      toldFirst ||= isFirst;
      onActive();
      saving.touch();
    },
    onAnswered({ conversationId }) {
      untold.delete(conversationId);
      saving.touch();
    },
    onAllowed({ toolCallId, toolName, description }) {
      if (WITH_VALUES.includes(toolName)) vault.permits.put(toolCallId, description);
    },
    onFailure: world.onFatal,
  });
  const { turns } = conversations;
  const lending = startLending({
    ...{ self: unlocked, ledger: restored.ledger, journal, api, fetch: world.fetch, now, startTimer, log: report },
    tell: (to, message) => void channel.tell(to, message),
  });
  vault.lendBy(lending.borrower);
  const { ledger } = restored;
  vault.holdings.notBefore(ledger.offered("vault"));
  const vaultTalk = startVaultTalk({
    onForget: lending.drop,
    onTaken: (version) => rememberOffer({ ledger, journal, log: report }, "vault", version),
    ...{ vault, startTimer, log: report, listPeers: () => channel.listPeers() },
    tell: (to, message) => void channel.tell(to, message),
  });
  const revoked = startRevoked(unlocked, report);
  const refused = startRefused({ isKnown: log.ids.has, tell: (to, message) => void channel.tell(to, message) });
  const channel: AgentChannel = openChannel(world, unlocked, { revoked, refused, conversations, vaultTalk, lending });
  const checkpoint = {
    ...{
      api,
      startTimer,
      openclaw,
      log,
      ledger,
      now,
      journal,
      turns,
      untold,
      fetch: world.fetch,
      imageDigest: unlocked.imageDigest,
    },
    ...{ folder: join(world.folder, "save"), userKem: unlocked.userKem, agentSign: unlocked.identity.sign },
  };
  const saving = startSaving({
    save: (isFinal) => saveState(checkpoint, isFinal),
    ...{ isIdle: turns.isIdle, holdTurns: turns.hold, journalBytes: journal.bytes, startTimer, log: report },
    onSaved: (news) => void channel.tell("all", { type: "state.saved", ...news }),
    onRefused: world.onFatal,
  });
  const readQueue = makeQueueReader(world, { ...unlocked, revoked }, { take: conversations.take, refuse: refused });
  const release = turns.hold(); // until OpenClaw has its memory back

  return {
    ...{ saving, conversations, lending, readQueue },
    async wakeUp(openclawIsReady) {
      await openclaw.release(restored.copy?.folder);
      await openclawIsReady;
      for (const [id, seq] of await teachOpenClaw(openclaw, restored, report)) untold.set(id, seq);
      release();
      conversations.begin();
      saving.touch();
    },
    receive: (text) => channel.receive(text),
    disconnected: (connection) => channel.disconnected(connection),
    hearOpenClaw(event) {
      if (event.is === "down") vault.permits.clear(); // what was allowed died with it
      conversations.hearOpenClaw(event);
    },
    close() {
      vaultTalk.close();
      saving.stop();
      channel.close();
    },
  };
}

interface Ears {
  readonly revoked: Revoked;
  readonly refused: Refused;
  readonly conversations: Conversations;
  readonly vaultTalk: VaultTalk;
  readonly lending: Lending;
}

function openChannel(
  world: World,
  unlocked: Unlocked,
  { conversations, vaultTalk, lending, revoked, refused }: Ears,
): AgentChannel {
  const { place, rootKey, agentCert, identity, outboxKey } = unlocked;
  const { now, startTimer, sendText, log } = world;
  const hearRevoked = (statement: string) => {
    if (!revoked.hear(statement)) return;
    for (const { deviceId, connection } of channel.listPeers())
      if (revoked.has(deviceId)) channel.disconnected(connection);
  };
  const channel: AgentChannel = acceptChannelAsAgent({
    seqMinOf: (deviceId) => (revoked.has(deviceId) ? undefined : 0),
    port: { send: (text) => void sendText(text), now, startTimer },
    ...{ ...place, rootKey, agentCert, outboxKey },
    sign: (purpose, body) => sign(purpose, body, identity.sign.secretKey),
    outboxOf: conversations.approvals.outboxOf,
    inbox: conversations.inbox,
    onMessage(message, from) {
      if (message.type === "devices.revoked") return hearRevoked(message.revocations);
      const isHeard = vaultTalk.hear(message, from) || lending.hear(message, from);
      if (!isHeard) conversations.hearDevice(message, from);
    },
    onOpen(peer) {
      log.info("channel.open", { deviceId: peer.deviceId });
      conversations.greet(peer);
      refused.came(peer);
      vaultTalk.came(peer);
      lending.came(peer);
    },
    onClose({ deviceId }, reason) {
      log.info("channel.closed", { deviceId, reason });
      vaultTalk.left();
    },
  });
  return channel;
}
