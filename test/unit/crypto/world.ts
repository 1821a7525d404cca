import { p256 } from "@noble/curves/nist.js";
import type { Identity } from "#shared/crypto/account/identity.ts";
import { deriveRootKeys } from "#shared/crypto/account/root.ts";
import { deriveAgentIdentity } from "#shared/crypto/agents/agent-identity.ts";
import { asLaunchKey } from "#shared/crypto/agents/launch.ts";
import { concat, u32, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { deriveKemKeys } from "#shared/crypto/primitives/kem.ts";
import { deriveSignKeys } from "#shared/crypto/primitives/sign.ts";
import { type IdKind, idFromBytes } from "#shared/ids.ts";

/** Everything one user has, computed from a number: the same number gives the same account, for frozen vectors too. */
export function worldOf(seed: number) {
  const bytes = (name: string, size = 32) => sha256(utf8(name), u32(seed)).subarray(0, size);
  const id = <K extends IdKind>(kind: K) => idFromBytes(kind, bytes(kind, 16));
  const pair = (name: string): Identity => ({
    sign: deriveSignKeys(bytes(`${name} sign`)),
    kem: deriveKemKeys(bytes(`${name} kem`)),
  });
  const place = { tid: id("tenant"), uid: id("user"), urkGen: 1 + (seed % 3) };
  const agentPlace = { tid: place.tid, uid: place.uid, agentId: id("agent") };
  const urk = asKey(bytes("urk"));
  const ais = asKey(bytes("ais"));
  const launchSecret = bytes("launch");
  return {
    seed,
    bytes,
    place,
    agentPlace,
    slotPlace: { ...place, slotId: id("slot") },
    deviceId: id("device"),
    taskId: id("task"),
    vaultId: id("vault"),
    itemId: id("item"),
    contactId: idFromBytes("user", bytes("contact", 16)),
    recoveryId: id("recovery"),
    enrolmentId: id("enrolment"),
    shareSetId: id("shareSet"),
    grantId: id("grant"),
    useId: id("use"),
    otherId: idFromBytes("user", bytes("other user", 16)),
    otherAgentId: idFromBytes("agent", bytes("other agent", 16)),
    other: pair("other"),
    otherAgent: pair("other agent"),
    shareId: id("share"),
    colleagueId: idFromBytes("user", bytes("colleague", 16)),
    urk,
    root: deriveRootKeys(urk, place),
    nextRoot: deriveRootKeys(asKey(bytes("next")), { ...place, urkGen: place.urkGen + 1 }),
    user: pair("user"),
    device: pair("device"),
    boot: pair("boot"),
    ais,
    agent: deriveAgentIdentity(ais, agentPlace),
    nowMs: 1_800_000_000_000 + seed,
    launchSecret,
    launchKey: asLaunchKey(p256.getPublicKey(launchSecret, false)),
  };
}

export type World = ReturnType<typeof worldOf>;

/**
 * Stands where Argon2id stands, at no cost: slots do not care how the 32 bytes came about. The real ones are compared in
 * argon2.test.ts, and one real unlock is in passphrase-slot.test.ts.
 */
export const quickArgon: DeriveArgon2id = async (params, passphrase, salt) =>
  sha256(concat(u32(params.memoryKib), u32(params.passes), u32(params.lanes), salt, passphrase));
