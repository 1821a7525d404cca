import type { Id } from "#shared/ids.ts";
import { type DeviceCert, openDeviceCert } from "../../crypto/account/device-cert.ts";
import { encodeBase64url } from "../../crypto/encoding/base64url.ts";
import { equalConstantTime } from "../../crypto/encoding/bytes.ts";
import { sha256 } from "../../crypto/primitives/hash.ts";
import type { SignPublicKey } from "../../crypto/primitives/sign.ts";
import { ensure } from "../close.ts";
import { answerM1, checkM1, M1_BYTES, readM1, type SessionKeys, type Signer, verifyM1 } from "../secure/handshake.ts";
import { startSeenSids } from "../secure/seen-sids.ts";

/**
 * Takes a hello: m1, and behind it the device's certificate. The checks stand in the order of their cost, so that a
 * repeated or invented hello never reaches the KEM and leaves nothing behind (THREATS C04).
 */
export interface GreeterInput {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly rootKey: SignPublicKey;
  readonly agentCert: Uint8Array;
  readonly sign: Signer<"channel-m2">;
  readonly now: () => number;
  /** The lowest `seq` of a certificate still good for this device; undefined when the device may not come at all. */
  readonly seqMinOf?: (deviceId: Id<"device">) => number | undefined;
}

interface Greeting {
  readonly device: DeviceCert;
  readonly m2: Uint8Array;
  readonly keys: SessionKeys;
}

export interface Greeter {
  /** @throws ChannelError: seen, clock, handshake, busy; CryptoError for a certificate that is not this user's. */
  greet(hello: Uint8Array): Greeting;
}

const CERT_BYTES_MAX = 4_096;

export function startGreeter({ tid, uid, rootKey, agentCert, sign, now, seqMinOf }: GreeterInput): Greeter {
  const seen = startSeenSids(now);
  const agentCertHash = sha256(agentCert);

  const openCert = (bytes: Uint8Array): DeviceCert => {
    const device = openDeviceCert(bytes, { rootKey, tid, uid, nowMs: now() });
    const seqMin = seqMinOf === undefined ? 0 : seqMinOf(device.deviceId);
    ensure(seqMin !== undefined && device.seq >= seqMin, "handshake");
    return device;
  };

  return {
    greet(hello) {
      ensure(hello.length > M1_BYTES && hello.length <= M1_BYTES + CERT_BYTES_MAX, "format");
      const m1 = readM1(hello.subarray(0, M1_BYTES));
      const certBytes = hello.subarray(M1_BYTES);
      const sid = encodeBase64url(m1.sid);
      ensure(!seen.has(sid), "seen");
      checkM1(m1, { agentCertHash, nowMs: now() });
      ensure(equalConstantTime(m1.deviceCertHash, sha256(certBytes)), "handshake");
      const device = openCert(certBytes);
      verifyM1(m1, device.signKey);
      ensure(seen.add(sid), "busy");
      return { device, ...answerM1(m1, sign) };
    },
  };
}
