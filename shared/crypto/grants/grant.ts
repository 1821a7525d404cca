import { type Id, idFromBytes } from "../../ids.ts";
import { concat, lengthPrefixed, u8, u32, u64, utf8, utf8Decode } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import type { Reader } from "../encoding/reader.ts";
import { asSignPublicKey, type SignPublicKey, type SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";
import { METHODS, type Method, TIERS, type Tier } from "./terms.ts";

/**
 * OCG1: one person lets the agent of another use one item, through an agent of their own. Signed by the issuer's identity.
 *
 *   "OCG1" suite 1 grantId 16 tid 16
 *   issuer   userId 16 bundleHash 32 agentId 16 H(agent's kemPub) 32 agent's edPub 32
 *   subject  the same five
 *   vault 16 item 16 chainSeq 8 L(as) count 1 × L(site) count 1 × L(field) methods 1
 *   maxUses 4 notAfter 8 asks 1 tier 1 nonce 16 | signature 64
 *
 * notAfter 0 says that it does not end by itself. asks 1: the issuer is asked at each use. tier 1 (live): the issuer's agent acts, and the
 * secret stays with it. tier 2 (sealed): the item's keys go to the subject besides, as an item share (vault/item-share.ts) under the
 * grant's own 16 bytes of id, and the subject's agent acts; asks is 0 then, for nobody is there to ask. chainSeq is the step of the
 * vault's chain by which the issuer might hand the item on. Source: PROTOCOL 3.4.
 */
interface GrantParty {
  readonly userId: Id<"user">;
  readonly bundleHash: Uint8Array;
  readonly agentId: Id<"agent">;
  readonly kemHash: Uint8Array;
  readonly signKey: SignPublicKey;
}

export interface Grant {
  readonly grantId: Id<"grant">;
  readonly tid: Id<"tenant">;
  readonly issuer: GrantParty;
  readonly subject: GrantParty;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly chainSeq: number;
  /** The name that references have in them, and the fields there are. */
  readonly as: string;
  readonly fields: readonly string[];
  readonly sites: readonly string[];
  readonly methods: readonly Method[];
  readonly maxUses: number;
  readonly notAfterMs: number;
  readonly asks: boolean;
  readonly tier: Tier;
  readonly nonce: Uint8Array;
}

const NONCE_BYTES = 16;

export function signGrant(grant: Grant, issuer: SignSecretKey): Uint8Array {
  demandWhole(grant);
  const body = concat(
    writeHeader("OCG1"),
    ...[boundId("grant", grant.grantId), boundId("tenant", grant.tid)],
    ...[writeParty(grant.issuer), writeParty(grant.subject)],
    ...[boundId("vault", grant.vaultId), boundId("item", grant.itemId), u64(grant.chainSeq)],
    ...[lengthPrefixed(utf8(grant.as)), writeTexts(grant.sites), writeTexts(grant.fields), writeMethods(grant.methods)],
    ...[u32(grant.maxUses), u64(grant.notAfterMs), u8(grant.asks ? 1 : 0), u8(TIERS.indexOf(grant.tier) + 1)],
    checked(grant.nonce, NONCE_BYTES),
  );
  return signStatement("grant", body, issuer);
}

/** Read after its signature held; whose key it is, and whether it is still good, is for the caller. @throws crypto.signature, crypto.format */
export function openGrant(bytes: Uint8Array, issuer: SignPublicKey): Grant {
  const reader = openStatement("grant", "OCG1", bytes, issuer);
  const ids = { grantId: idFromBytes("grant", reader.take(16)), tid: idFromBytes("tenant", reader.take(16)) };
  const parties = { issuer: readParty(reader), subject: readParty(reader) };
  const item = { vaultId: idFromBytes("vault", reader.take(16)), itemId: idFromBytes("item", reader.take(16)) };
  const chainSeq = reader.u64();
  const as = utf8Decode(reader.prefixed());
  const [sites, fields, methods] = [readTexts(reader), readTexts(reader), readMethods(reader.u8())];
  const terms = { maxUses: reader.u32(), notAfterMs: reader.u64() };
  const asks = reader.u8();
  demand(asks <= 1, "crypto.format");
  const tier = TIERS[reader.u8() - 1];
  demand(tier !== undefined, "crypto.suite");
  const nonce = reader.take(NONCE_BYTES);
  reader.end();
  return demandWhole({
    ...{ ...ids, ...parties, ...item, chainSeq, as, sites, fields, methods, ...terms },
    ...{ asks: asks === 1, tier, nonce },
  });
}

function demandWhole(grant: Grant): Grant {
  demand(grant.maxUses > 0 && grant.methods.length > 0 && grant.sites.length > 0, "crypto.format");
  demand(!(grant.asks && grant.tier === "sealed"), "crypto.format");
  return grant;
}

/** The share by which a sealed grant hands its item over: signed under this id, it belongs to no other grant. */
export const shareIdOf = (grantId: Id<"grant">): Id<"share"> => idFromBytes("share", boundId("grant", grantId));

/** @throws crypto.expired once its time is over */
export const demandInTime = ({ notAfterMs }: Pick<Grant, "notAfterMs">, nowMs: number): void =>
  demand(notAfterMs === 0 || nowMs <= notAfterMs, "crypto.expired");

const writeParty = ({ userId, bundleHash, agentId, kemHash, signKey }: GrantParty): Uint8Array =>
  concat(boundId("user", userId), checked(bundleHash, 32), boundId("agent", agentId), checked(kemHash, 32), signKey);

function readParty(reader: Reader): GrantParty {
  const userId = idFromBytes("user", reader.take(16));
  const bundleHash = reader.take(32);
  const agentId = idFromBytes("agent", reader.take(16));
  const kemHash = reader.take(32);
  return { userId, bundleHash, agentId, kemHash, signKey: asSignPublicKey(reader.take(32)) };
}

const writeTexts = (texts: readonly string[]): Uint8Array =>
  concat(u8(texts.length), ...texts.map((text) => lengthPrefixed(utf8(text))));

const readTexts = (reader: Reader): string[] =>
  Array.from({ length: reader.u8() }, () => utf8Decode(reader.prefixed()));

const writeMethods = (methods: readonly Method[]): Uint8Array =>
  u8(METHODS.reduce((sum, method, bit) => sum + (methods.includes(method) ? 1 << bit : 0), 0));

function readMethods(bits: number): Method[] {
  demand(bits < 1 << METHODS.length, "crypto.format");
  return METHODS.filter((_, bit) => (bits & (1 << bit)) !== 0);
}
