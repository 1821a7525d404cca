import { hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type DeviceCert,
  type DeviceExpectation,
  deviceListHashOf,
  openDeviceCert,
  signDeviceCert,
} from "#shared/crypto/account/device-cert.ts";
import { makeDeviceKeys, openIdentity, sealIdentity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys, makeRootKey } from "#shared/crypto/account/root.ts";
import {
  type AgentCert,
  type AgentExpectation,
  openAgentCert,
  signAgentCert,
} from "#shared/crypto/agents/agent-cert.ts";
import { deriveAgentIdentity, makeAgentSecret } from "#shared/crypto/agents/agent-identity.ts";
import { concat, equalConstantTime, u32, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { openForSelf, readSelfVersion, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { idBytes } from "#shared/ids.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("root keys", () => {
  it("are all different, for every account and generation", () => {
    const places = [
      alice.place,
      { ...alice.place, urkGen: 9 },
      { ...alice.place, tid: bob.place.tid },
      { ...alice.place, uid: bob.place.uid },
    ];
    const keys = places.flatMap((place) => {
      const { rootSign, slotMac, selfWrap } = deriveRootKeys(alice.urk, place);
      return [rootSign.secretKey, slotMac, selfWrap].map(hex);
    });
    expect(new Set(keys).size).toBe(12);
    expect(hex(deriveRootKeys(alice.urk, alice.place).selfWrap)).toBe(hex(alice.root.selfWrap));
    expect(equalConstantTime(makeRootKey(), makeRootKey())).toBe(false);
    const { tid, uid, urkGen } = alice.place;
    const byHand = (purpose: string) => {
      const info = concat(utf8(`ocmt/v1/${purpose}\0`), idBytes(tid), idBytes(uid), u32(urkGen));
      return new Uint8Array(hkdfSync("sha256", alice.urk, "", info, 32));
    };
    const { rootSign, slotMac, selfWrap } = deriveRootKeys(alice.urk, alice.place);
    expect([rootSign.secretKey, slotMac, selfWrap]).toEqual(["root-sign", "slot-mac", "self-wrap"].map(byHand));
  });
});

describe("self-sealed things", () => {
  const place = { name: "settings", version: 2 };
  const sealed = sealForSelf(alice.root, place, alice.bytes("text"));

  it("tell their version and open in their own place alone (A04)", () => {
    expect(readSelfVersion(sealed)).toBe(2);
    expect(openForSelf(alice.root, place, sealed)).toEqual(alice.bytes("text"));
    const others = [
      [alice.root, { ...place, name: "setting" }],
      [alice.root, { ...place, version: 3 }],
      [{ ...alice.root, urkGen: 9 }, place],
      [{ ...alice.root, tid: bob.place.tid }, place],
      [{ ...alice.root, uid: bob.place.uid }, place],
    ] as const;
    for (const [owner, at] of others) expect(() => openForSelf(owner, at, sealed)).toThrow(code("crypto.context"));
    const stranger = { ...alice.root, selfWrap: bob.root.selfWrap };
    expect(() => openForSelf(stranger, place, sealed)).toThrow(code("crypto.commitment"));
  });

  it("keep the identity keys, which outlive the root key", () => {
    const opened = openIdentity(alice.root, 4, sealIdentity(alice.root, 4, alice.user));
    expect(opened).toEqual(alice.user);
    expect(() => openIdentity(alice.root, 5, sealIdentity(alice.root, 4, alice.user))).toThrow(code("crypto.context"));
    const longer = sealForSelf(alice.root, { name: "identity", version: 4 }, new Uint8Array(65).fill(1));
    expect(() => openIdentity(alice.root, 4, longer)).toThrow(code("crypto.format"));
    expect(hex(makeDeviceKeys().sign.publicKey)).not.toBe(hex(makeDeviceKeys().sign.publicKey));
  });
});

describe("device certificate", () => {
  const cert: DeviceCert = {
    tid: alice.place.tid,
    uid: alice.place.uid,
    deviceId: alice.deviceId,
    signKey: alice.device.sign.publicKey,
    kemKey: alice.device.kem.publicKey,
    createdAtMs: alice.nowMs,
    seq: 2,
    notAfterMs: alice.nowMs + 1000,
  };
  const signed = signDeviceCert(cert, alice.root.rootSign.secretKey);
  const expected: DeviceExpectation = {
    rootKey: alice.root.rootSign.publicKey,
    tid: alice.place.tid,
    uid: alice.place.uid,
    nowMs: alice.nowMs,
    deviceId: alice.deviceId,
    seqMin: 2,
  };

  it("says what was signed", () => {
    expect(openDeviceCert(signed, expected)).toEqual(cert);
    expect(signed).toHaveLength(5 + 48 + 32 + 1216 + 24 + 64);
  });

  it.each<[string, Partial<DeviceExpectation>]>([
    ["crypto.signature", { rootKey: bob.root.rootSign.publicKey }],
    ["crypto.context", { tid: bob.place.tid }],
    ["crypto.context", { uid: bob.place.uid }],
    ["crypto.context", { deviceId: bob.deviceId }],
    ["crypto.expired", { nowMs: alice.nowMs + 1001 }],
    ["crypto.expired", { nowMs: alice.nowMs - 5 * 60_000 - 1 }],
    ["crypto.rollback", { seqMin: 3 }],
  ])("is refused with %s (%#)", (wanted, more) => {
    expect(() => openDeviceCert(signed, { ...expected, ...more })).toThrow(code(wanted));
  });

  it("is listed without regard to order, each addition changing the list", () => {
    const [a, b] = [alice.bytes("cert a"), alice.bytes("cert b")];
    expect(deviceListHashOf([a, b])).toEqual(deviceListHashOf([b, a]));
    const hashes = [sha256(a), sha256(b)].sort(Buffer.compare);
    expect(deviceListHashOf([a, b])).toEqual(sha256(utf8("OCDL"), Uint8Array.of(1), ...hashes));
    expect(new Set([[], [a], [b], [a, b], [a, a]].map((list) => hex(deviceListHashOf(list)))).size).toBe(5);
  });
});

describe("agent certificate", () => {
  const cert: AgentCert = {
    ...alice.agentPlace,
    signKey: alice.agent.sign.publicKey,
    kemKey: alice.agent.kem.publicKey,
    imageDigest: alice.bytes("image"),
    policyHash: alice.bytes("policy"),
    seq: 2,
    notAfterMs: alice.nowMs,
  };
  const signed = signAgentCert(cert, alice.root.rootSign.secretKey);
  const expected: AgentExpectation = {
    ...alice.agentPlace,
    rootKey: alice.root.rootSign.publicKey,
    nowMs: alice.nowMs,
    seqMin: 2,
    imageDigest: alice.bytes("image"),
    policyHash: alice.bytes("policy"),
  };

  it("says what was signed", () => {
    expect(openAgentCert(signed, expected)).toEqual(cert);
    expect(signed).toHaveLength(5 + 48 + 32 + 1216 + 64 + 16 + 64);
  });

  it.each<[string, Partial<AgentExpectation>]>([
    ["crypto.signature", { rootKey: bob.root.rootSign.publicKey }],
    ["crypto.context", { tid: bob.place.tid }],
    ["crypto.context", { uid: bob.place.uid }],
    ["crypto.context", { agentId: bob.agentPlace.agentId }],
    ["crypto.context", { imageDigest: bob.bytes("image") }],
    ["crypto.context", { policyHash: bob.bytes("policy") }],
    ["crypto.expired", { nowMs: alice.nowMs + 1 }],
    ["crypto.rollback", { seqMin: 3 }],
  ])("B25 is refused with %s (%#)", (wanted, more) => {
    expect(() => openAgentCert(signed, { ...expected, ...more })).toThrow(code(wanted));
  });

  it("names keys which the agent derives again from its 32 bytes, for its own place only", () => {
    expect(deriveAgentIdentity(alice.ais, alice.agentPlace)).toEqual(alice.agent);
    const places = [alice.agentPlace, { ...alice.agentPlace, agentId: bob.agentPlace.agentId }, bob.agentPlace];
    expect(new Set(places.map((place) => hex(deriveAgentIdentity(alice.ais, place).sign.publicKey))).size).toBe(3);
    const made = deriveAgentIdentity(makeAgentSecret(), alice.agentPlace);
    expect(hex(made.sign.secretKey)).not.toBe(hex(made.kem.secretKey));
  });
});
