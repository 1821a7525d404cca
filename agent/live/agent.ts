import { join } from "node:path";
import { type AgentChannel, acceptChannelAsAgent } from "#shared/channel/peer/agent-channel.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import { type Conversations, startConversations } from "../chat/conversations.ts";
import type { OpenClawEvent } from "../openclaw/types.ts";
import { saveState } from "../state/checkpoint.ts";
import { startJournal } from "../state/journal.ts";
import type { Restored } from "../state/restore.ts";
import { type Saving, startSaving } from "../state/saving.ts";
import { makeQueueReader } from "./queue.ts";
import { teachOpenClaw } from "./teach.ts";
import type { Unlocked } from "./unlock.ts";
import type { World } from "./world.ts";

/** An unlocked task: devices come and go, OpenClaw answers, states are saved. */
export interface LiveAgent {
  readonly saving: Saving;
  readonly conversations: Conversations;
  /** OpenClaw is given its memory back, then answers what waits; what was left in the queue follows. */
  wakeUp(openclawIsReady: Promise<void>): Promise<void>;
  readQueue(): Promise<void>;
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
  const { platform, openclaw, model, log: report, now, startTimer, reports } = world;
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
    onFailure: world.onFatal,
  });
  const { turns } = conversations;
  const channel: AgentChannel = openChannel(world, unlocked, conversations);
  const checkpoint = {
    ...{
      api,
      startTimer,
      openclaw,
      log,
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
  const readQueue = makeQueueReader(world, unlocked, conversations.take);
  const release = turns.hold(); // until OpenClaw has its memory back

  return {
    ...{ saving, conversations, readQueue },
    async wakeUp(openclawIsReady) {
      await openclaw.release(restored.copy?.folder);
      await openclawIsReady;
      for (const [id, seq] of await teachOpenClaw(openclaw, restored, report)) untold.set(id, seq);
      release();
      conversations.tellStatus();
      saving.touch();
    },
    receive: (text) => channel.receive(text),
    disconnected: (connection) => channel.disconnected(connection),
    hearOpenClaw: conversations.hearOpenClaw,
    close() {
      saving.stop();
      channel.close();
    },
  };
}

function openChannel(world: World, unlocked: Unlocked, conversations: Conversations): AgentChannel {
  const { place, rootKey, agentCert, identity, outboxKey } = unlocked;
  const { now, startTimer, sendText, log } = world;
  return acceptChannelAsAgent({
    port: { send: (text) => void sendText(text), now, startTimer },
    ...{ ...place, rootKey, agentCert, outboxKey },
    sign: (purpose, body) => sign(purpose, body, identity.sign.secretKey),
    outboxOf: conversations.approvals.outboxOf,
    inbox: conversations.inbox,
    onMessage: conversations.hearDevice,
    onOpen(peer) {
      log.info("channel.open", { deviceId: peer.deviceId });
      conversations.greet(peer);
    },
    onClose: ({ deviceId }, reason) => log.info("channel.closed", { deviceId, reason }),
  });
}
