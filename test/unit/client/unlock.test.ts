import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import {
  type AgentSecrets,
  certifyAgent,
  checkLaunch,
  makeAgentSecrets,
  makeUnlock,
  openEnvelope,
  sealEnvelope,
} from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { openUnlockFrame } from "#shared/client/unlock.ts";
import type { Launch } from "#shared/contracts/agents.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys, makeIdentity } from "#shared/crypto/account/identity.ts";
import { launchMessage, rawSignatureOf, writeLaunch } from "#shared/crypto/agents/launch.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { newId } from "#shared/ids.ts";

const now = new Date("2030-01-01T00:00:00Z");
const nowMs = now.getTime();
const agentId = newId("agent", now);
const taskId = newId("task", now);
const boot = makeIdentity();
const kms = generateKeyPairSync("ec", { namedCurve: "P-256" });

function launchOf(key: KeyObject = kms.privateKey, generation = 3): Launch {
  const statement = writeLaunch({
    taskId,
    agentId,
    generation,
    imageDigest: new Uint8Array(32).fill(7),
    taskDefinitionHash: new Uint8Array(32).fill(8),
    bootSignKey: boot.sign.publicKey,
    bootKemKeyHash: sha256(boot.kem.publicKey),
    nonce: new Uint8Array(32).fill(9),
  });
  const signature = rawSignatureOf(createSign("sha256").update(launchMessage(statement)).sign(key));
  return {
    taskId,
    generation,
    statement: encodeBase64url(statement),
    signature: encodeBase64url(signature),
    launchKey: encodeBase64url(kms.publicKey.export({ type: "spki", format: "der" })),
    bootSignPub: encodeBase64url(boot.sign.publicKey),
    bootKemPub: encodeBase64url(boot.kem.publicKey),
  };
}

describe("unlocking a task", () => {
  let account: Account;
  const secrets: AgentSecrets = makeAgentSecrets({ kind: "demo" });
  const deviceKeys = makeDeviceKeys();

  beforeAll(async () => {
    const place = { tid: newId("tenant", now), uid: newId("user", now) };
    ({ account } = await makeKeyring(place, "some passphrase of seven or more words", { deriveArgon2id, now }));
  });

  function device() {
    const id = newId("device", now);
    const { tid, uid, root } = account;
    const keys = { signKey: deviceKeys.sign.publicKey, kemKey: deviceKeys.kem.publicKey };
    const times = { createdAtMs: nowMs, seq: 1, notAfterMs: nowMs + 1e9 };
    return {
      id,
      keys: deviceKeys,
      cert: signDeviceCert({ tid, uid, deviceId: id, ...keys, ...times }, root.rootSign.secretKey),
    };
  }

  async function unlockFrame() {
    const launch = await checkLaunch(agentId, launchOf(), { nowMs });
    return makeUnlock(account, { agent: { id: agentId, saved: null }, secrets, launch, device: device() });
  }

  const task = () => ({
    place: { tid: account.tid, uid: account.uid, agentId },
    bootSignPub: boot.sign.publicKey,
    bootKem: boot.kem,
    nowMs,
  });

  it("gives the task the agent's secret, its first state key and the model", async () => {
    const frame = await unlockFrame();
    const opened = openUnlockFrame(frame, task());
    expect(opened).toMatchObject({
      ais: secrets.ais,
      stateKey: secrets.firstStateKey,
      stateSeq: 0,
      config: { model: { kind: "demo" } },
    });
  });

  it("opens for no other agent and no other boot key", async () => {
    const frame = await unlockFrame();
    const other = makeIdentity();
    expect(() =>
      openUnlockFrame(frame, { ...task(), place: { ...task().place, agentId: newId("agent", now) } }),
    ).toThrow();
    expect(() => openUnlockFrame(frame, { ...task(), bootKem: other.kem })).toThrow();
    expect(() => openUnlockFrame(frame, { ...task(), bootSignPub: other.sign.publicKey })).toThrow();
  });

  it("is refused by the task when any byte of the frame's proof, certificate or seal was changed", async () => {
    const frame = await unlockFrame();
    const fields: Record<string, unknown> = JSON.parse(new TextDecoder().decode(frame));
    for (const field of ["proof", "rootPub", "deviceCert", "sealed"]) {
      const text = String(fields[field]);
      const altered = { ...fields, [field]: (text.startsWith("A") ? "B" : "A") + text.slice(1) };
      expect(() => openUnlockFrame(new TextEncoder().encode(JSON.stringify(altered)), task()), field).toThrow();
    }
  });

  it("B25 is not attempted for a launch signed by another key, for another agent, with other boot keys, or of an earlier generation", async () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const otherBoot = encodeBase64url(makeIdentity().kem.publicKey);
    const pin = { launchKey: launchOf().launchKey, generation: 4 };
    await expect(checkLaunch(agentId, launchOf(stranger), { nowMs })).rejects.toMatchObject({
      code: "crypto.signature",
    });
    await expect(checkLaunch(newId("agent", now), launchOf(), { nowMs })).rejects.toMatchObject({
      code: "crypto.context",
    });
    await expect(checkLaunch(agentId, { ...launchOf(), bootKemPub: otherBoot }, { nowMs })).rejects.toMatchObject({
      code: "crypto.attestation",
    });
    await expect(checkLaunch(agentId, launchOf(), { nowMs, pin })).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  it("B25 is not attempted when the platform shows another launch key than this device has pinned", async () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const launchKey = encodeBase64url(other.publicKey.export({ type: "spki", format: "der" }));
    const lying = { ...launchOf(other.privateKey), launchKey };
    expect(await checkLaunch(agentId, lying, { nowMs })).toBeDefined(); // a fresh device has nothing to compare with
    const pin = { launchKey: launchOf().launchKey, generation: 1 };
    await expect(checkLaunch(agentId, lying, { nowMs, pin })).rejects.toMatchObject({ code: "crypto.signature" });
  });

  it("B25 is not attempted for another image than this device has pinned, whoever vouches for it", async () => {
    const { launchKey } = launchOf();
    const pinOf = (byte: number) => ({
      launchKey,
      generation: 1,
      imageDigest: encodeBase64url(new Uint8Array(32).fill(byte)),
    });
    expect(await checkLaunch(agentId, launchOf(), { nowMs, pin: pinOf(7) })).toMatchObject({ generation: 3 });
    await expect(checkLaunch(agentId, launchOf(), { nowMs, pin: pinOf(6) })).rejects.toMatchObject({
      code: "crypto.image",
    });
  });

  it("knows the agent by one certificate on every device of the account", async () => {
    const launch = await checkLaunch(agentId, launchOf(), { nowMs });
    const cert = certifyAgent(account, agentId, { secrets, launch });
    expect(certifyAgent(account, agentId, { secrets, launch })).toEqual(cert);
    expect(openUnlockFrame(await unlockFrame(), task()).config.agentCert).toBe(encodeBase64url(cert));
  });

  it("keeps its secrets in an envelope that only this account opens, at this version, for this agent", async () => {
    const envelope = sealEnvelope(account, agentId, 1, secrets);
    expect(openEnvelope(account, agentId, envelope)).toEqual(secrets);
    expect(() => openEnvelope(account, agentId, { ...envelope, version: 2 })).toThrow();
    expect(() => openEnvelope(account, newId("agent", now), envelope)).toThrow();
  });
});
