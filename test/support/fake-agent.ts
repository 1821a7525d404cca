import { createSign, generateKeyPairSync } from "node:crypto";
import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import { makeMemoryInbox, makeMemoryOutbox } from "#shared/channel/delivery/stores.ts";
import { bytesOfFrame, readRelayFrame, writeRelayFrame } from "#shared/channel/envelope.ts";
import { type AgentChannel, acceptChannelAsAgent } from "#shared/channel/peer/agent-channel.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import { openUnlockFrame, type UnlockReply } from "#shared/client/unlock.ts";
import type { Launch } from "#shared/contracts/agents.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { deriveAgentIdentity } from "#shared/crypto/agents/agent-identity.ts";
import { launchMessage, rawSignatureOf, writeLaunch } from "#shared/crypto/agents/launch.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { deriveKey } from "#shared/crypto/primitives/kdf.ts";
import { asSignPublicKey, type SignPublicKey, sign } from "#shared/crypto/primitives/sign.ts";
import { type Id, newId } from "#shared/ids.ts";

/** The platform's launch key, and one task of an agent: what stands behind a relay, without OpenClaw. */
export const makeLaunchKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

export interface FakeAgentInput {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly agentId: Id<"agent">;
  readonly generation: number;
  readonly launchKey: ReturnType<typeof makeLaunchKey>;
  readonly image?: number; // every byte of its digest
  readonly send: (text: string) => void;
  readonly onUnlocked: () => void;
  readonly onMessage: (message: DeviceMessage, from: Peer, channel: AgentChannel) => void;
}

export function startFakeAgent(input: FakeAgentInput) {
  const { tid, uid, agentId, generation, send } = input;
  const place = { tid, uid, agentId };
  const boot = makeIdentity();
  const taskId = newId("task", new Date());
  let channel: AgentChannel | undefined;

  const unlock = (bytes: Uint8Array): void => {
    const task = { place, bootSignPub: boot.sign.publicKey, bootKem: boot.kem, nowMs: Date.now() };
    const { ais, rootPub, config } = openUnlockFrame(bytes, task);
    const identity = deriveAgentIdentity(ais, place);
    const made = acceptChannelAsAgent({
      ...{ tid, uid, agentId, rootKey: asSignPublicKey(rootPub) },
      agentCert: decodeBase64url(config.agentCert),
      sign: (purpose, body) => sign(purpose, body, identity.sign.secretKey),
      port: { send, now: Date.now, startTimer },
      outboxKey: deriveKey({ purpose: "outbox", ikm: ais }),
      outboxOf: () => makeMemoryOutbox(),
      inbox: makeMemoryInbox(Date.now),
      onMessage: (message, from) => input.onMessage(message, from, made),
      onOpen: () => undefined,
      onClose: () => undefined,
    });
    channel = made;
    input.onUnlocked();
  };

  return {
    taskId,
    receive(text: string): void {
      const frame = readRelayFrame(text);
      const bytes = frame?.kind === "unlock" ? bytesOfFrame(frame) : undefined;
      if (!frame?.from || !bytes) return void channel?.receive(text);
      unlock(bytes);
      const reply: UnlockReply = { v: 1, unlocked: true };
      const sid = decodeBase64url(frame.sid);
      send(writeRelayFrame({ to: frame.from, kind: "unlock", sid, seq: 0, bytes: utf8(JSON.stringify(reply)) }));
    },
    launch: (): Launch => signLaunch(input, taskId, boot),
    generation,
  };
}

type Signing = Pick<FakeAgentInput, "agentId" | "generation" | "launchKey" | "image">;
interface BootPublicKeys {
  readonly sign: { readonly publicKey: SignPublicKey };
  readonly kem: { readonly publicKey: Uint8Array };
}

export function signLaunch(input: Signing, taskId: Id<"task">, boot: BootPublicKeys): Launch {
  const { agentId, generation, launchKey, image = 1 } = input;
  const statement = writeLaunch({
    ...{ taskId, agentId, generation },
    imageDigest: new Uint8Array(32).fill(image),
    taskDefinitionHash: new Uint8Array(32).fill(2),
    nonce: new Uint8Array(32).fill(3),
    bootSignKey: boot.sign.publicKey,
    bootKemKeyHash: sha256(boot.kem.publicKey),
  });
  const der = createSign("sha256").update(launchMessage(statement)).sign(launchKey.privateKey);
  return {
    ...{ taskId, generation },
    statement: encodeBase64url(statement),
    signature: encodeBase64url(rawSignatureOf(der)),
    launchKey: encodeBase64url(launchKey.publicKey.export({ type: "spki", format: "der" })),
    bootSignPub: encodeBase64url(boot.sign.publicKey),
    bootKemPub: encodeBase64url(boot.kem.publicKey),
  };
}

export function startTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
