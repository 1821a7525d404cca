import { utf8 } from "../../crypto/encoding/bytes.ts";
import type { CloseReason } from "../close.ts";

/**
 * Why an agent has no session, or took no hello, as a word outside any session. Anyone on the way can say it, so it only
 * makes a browser try again and tells the user where to look (a wrong clock).
 */
const HINTS = ["unknown_session", "clock", "handshake", "busy"] as const satisfies readonly CloseReason[];

export const writeHint = (reason: (typeof HINTS)[number]): Uint8Array => utf8(reason);

export function readHint(bytes: Uint8Array): CloseReason {
  const text = bytes.length > 32 ? "" : new TextDecoder().decode(bytes);
  return HINTS.find((hint) => hint === text) ?? "unknown_session";
}

/** What may be told of a refused hello. */
export const hintOf = (reason: CloseReason): (typeof HINTS)[number] =>
  HINTS.find((hint) => hint === reason) ?? "handshake";

/** A restarted agent meets many frames of sessions it forgot; one answer a second for each says enough. */
export function startHintLimit(now: () => number): (sid: string) => boolean {
  const told = new Map<string, number>();
  return (sid) => {
    if (now() - (told.get(sid) ?? Number.NEGATIVE_INFINITY) < 1_000) return false;
    if (told.size >= 256) told.clear();
    told.set(sid, now());
    return true;
  };
}
