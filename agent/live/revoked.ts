import {
  demandNoFewer,
  NO_REVOCATIONS,
  openRevocations,
  type Revocations,
} from "#shared/crypto/account/device-revocations.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import type { Log } from "../platform/log.ts";
import type { Unlocked } from "./unlock.ts";

/** Devices that the owner has taken back. They were certified by the same root, so only this tells them from the others. */
export interface Revoked {
  has(deviceId: Id<"device">): boolean;
  /** What a device says of it, signed by the root; an older word, or one that nobody signed, changes nothing. True if it was news. */
  hear(statement: string): boolean;
}

export function startRevoked({ place, rootKey, revocations }: Unlocked, log: Log): Revoked {
  let known: Revocations = NO_REVOCATIONS;
  const hear = (statement: string): boolean => {
    try {
      const next = openRevocations(decodeBase64url(statement), { ...place, rootKey });
      if (next.seq <= known.seq) return false;
      demandNoFewer(next, known);
      known = next;
      log.info("devices.revoked", { seq: next.seq, devices: next.devices.size });
      return true;
    } catch (error) {
      log.error("devices.revoked_refused", error);
      return false;
    }
  };
  if (revocations !== undefined) hear(revocations);
  return { has: (deviceId) => known.devices.has(deviceId), hear };
}
