import { beforeAll, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { type AgentUnlock, agentIdentity, certifyAgent, makeAgentSecrets } from "#shared/client/agent-keys.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { writeUnlockFrame } from "#shared/client/unlock.ts";
import { signDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys, makeIdentity } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { newId } from "#shared/ids.ts";
import { agentId, place } from "#test/support/task-world.ts";
import { openUnlock } from "../../../agent/live/unlock.ts";

const now = new Date();
const assignment = { tenantId: place.tid, userId: place.uid, agentId, generation: 4 };

describe("B25 an unlock", () => {
  let account: Account;
  const boot = makeIdentity();
  const secrets = makeAgentSecrets({ kind: "demo" });
  const proof = new Uint8Array(300).fill(5);

  beforeAll(async () => {
    ({ account } = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now }));
  });

  /** As a device makes it, with one thing or another changed. */
  function frame(
    change: { generation?: number; cert?: typeof secrets; bootKeys?: typeof boot; agent?: typeof agentId } = {},
  ) {
    const device = makeDeviceKeys();
    const keys = { signKey: device.sign.publicKey, kemKey: device.kem.publicKey };
    const times = { createdAtMs: now.getTime(), seq: 1, notAfterMs: now.getTime() + 1e9 };
    const deviceId = newId("device", now);
    const { bootKeys = boot, generation = 4, cert = secrets, agent = agentId } = change;
    const taskId = newId("task", now);
    const launch = { taskId, generation, imageDigest: new Uint8Array(32) } as AgentUnlock["launch"]; // all a certificate reads
    return writeUnlockFrame({
      place: { ...place, agentId: agent },
      boot: {
        signKey: bootKeys.sign.publicKey,
        kemKey: bootKeys.kem.publicKey,
        proofHash: sha256(proof),
        tier: "launch",
      },
      ...{ proof, rootPub: account.root.rootSign.publicKey, device: device.sign },
      deviceCert: signDeviceCert({ ...place, deviceId, ...keys, ...times }, account.root.rootSign.secretKey),
      secrets: { ais: secrets.ais, stateKey: secrets.firstStateKey, stateSeq: 0, stateHash: new Uint8Array(32) },
      config: {
        agentCert: encodeBase64url(certifyAgent(account, agentId, { secrets: cert, launch })),
        userKemPub: encodeBase64url(account.identity.kem.publicKey),
        userSignPub: encodeBase64url(account.identity.sign.publicKey),
        model: secrets.model,
      },
    });
  }

  it("makes the task the agent", () => {
    const unlocked = openUnlock(frame(), assignment, boot, now.getTime());
    expect(unlocked.identity).toEqual(agentIdentity(account, agentId, secrets));
    expect(unlocked.base).toMatchObject({ stateSeq: 0, stateKey: secrets.firstStateKey });
  });

  it.each([
    ["another launch", () => frame({ generation: 3 })],
    ["a certificate of other keys", () => frame({ cert: makeAgentSecrets({ kind: "demo" }) })],
    ["another task's boot keys", () => frame({ bootKeys: makeIdentity() })],
    ["another agent", () => frame({ agent: newId("agent", now) })],
  ])("is refused when it is for %s", (_, make) => {
    expect(() => openUnlock(make(), assignment, boot, now.getTime())).toThrow(CryptoError);
  });
});
