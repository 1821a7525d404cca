import { isDeepStrictEqual } from "node:util";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { type Grant, openGrant, signGrant } from "#shared/crypto/grants/grant.ts";
import { openLetter, readHanded, sealLetter, writeHanded } from "#shared/crypto/grants/handed.ts";
import { openRevocation, signRevocation } from "#shared/crypto/grants/revocation.ts";
import { openAnswer, openCall, sealAnswer, sealCall } from "#shared/crypto/grants/use.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { Format } from "./formats.ts";
import type { World } from "./world.ts";

/** A grant by the world's user and agent to the other person's. */
export const grantOf = (w: World, more: Partial<Grant> = {}): Grant => ({
  ...{ grantId: w.grantId, tid: w.place.tid, vaultId: w.vaultId, itemId: w.itemId, chainSeq: 3 },
  issuer: {
    ...{ userId: w.place.uid, bundleHash: w.bytes("bundle"), agentId: w.agentPlace.agentId },
    ...{ kemHash: sha256(w.agent.kem.publicKey), signKey: w.agent.sign.publicKey },
  },
  subject: {
    ...{ userId: w.otherId, bundleHash: w.bytes("other bundle"), agentId: w.otherAgentId },
    ...{ kemHash: sha256(w.otherAgent.kem.publicKey), signKey: w.otherAgent.sign.publicKey },
  },
  ...{ as: "weather", sites: ["https://api.weather.example"], fields: ["key", "url"], methods: ["GET", "POST"] },
  ...{ maxUses: 12, notAfterMs: w.nowMs + 86_400_000, asks: false, tier: "live", nonce: w.bytes("nonce", 16) },
  ...more,
});

const letterPlace = (w: World) => ({
  ...{ tid: w.place.tid, grantId: w.grantId, sender: w.place.uid, reader: w.otherId },
});
const placeOf = (w: World) => ({ grant: grantOf(w), useId: w.useId });

export const GRANT_FORMATS = {
  grant: {
    make: (w) => signGrant(grantOf(w), w.user.sign.secretKey),
    open: (bytes, w) => sameGrant(openGrant(bytes, w.user.sign.publicKey), grantOf(w), w),
  },
  "grant sealed": {
    make: (w) => signGrant(grantOf(w, { tier: "sealed" }), w.user.sign.secretKey),
    open: (bytes, w) => sameGrant(openGrant(bytes, w.user.sign.publicKey), grantOf(w, { tier: "sealed" }), w),
  },
  "grant revocation": {
    make: (w) => signRevocation(revocationOf(w), w.nowMs, w.user.sign.secretKey),
    open: (bytes, w) => Uint8Array.of(openRevocation(bytes, revocationOf(w), w.user.sign.publicKey) % 256),
  },
  "grant handed": {
    make: (w) => {
      const bytes = signGrant(grantOf(w), w.user.sign.secretKey);
      const handed = writeHanded({ bytes, issuerKem: w.agent.kem.publicKey });
      const keys = { sender: w.user.sign, recipient: w.other.kem.publicKey };
      return sealLetter("grant-handed", letterPlace(w), keys, handed);
    },
    open: (bytes, w) => {
      const keys = { sender: w.user.sign.publicKey, recipient: w.other.kem };
      return readHanded(openLetter("grant-handed", letterPlace(w), keys, bytes), w.user.sign.publicKey).issuerKem;
    },
  },
  "grant call": {
    make: (w) => {
      const call = { ...placeOf(w), request: w.bytes("request"), nowMs: w.nowMs };
      return sealCall(call, w.otherAgent, w.agent.kem.publicKey);
    },
    open: (bytes, w) => openCall(bytes, { ...placeOf(w), nowMs: w.nowMs }, w.agent.kem).request,
  },
  "grant answer": {
    make: (w) => {
      const place = { ...placeOf(w), call: w.bytes("call") };
      return sealAnswer(place, w.bytes("text"), w.agent.sign, w.otherAgent.kem.publicKey);
    },
    open: (bytes, w) => openAnswer(bytes, { ...placeOf(w), call: w.bytes("call") }, w.otherAgent.kem),
  },
} as const satisfies Record<string, Format>;

const revocationOf = (w: World) => ({ grantId: w.grantId, tid: w.place.tid, issuer: w.place.uid });

/** Its id, if all of it is as it was written. */
function sameGrant(grant: Grant, written: Grant, w: World): Uint8Array {
  demand(grant.tier === written.tier, "crypto.context"); // which of the two it is, is for the caller
  return w.bytes("grant").subarray(0, isDeepStrictEqual(grant, written) ? 32 : 0);
}
