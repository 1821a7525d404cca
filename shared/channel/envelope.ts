import * as z from "zod";
import { decodeBase64url, encodeBase64url } from "../crypto/encoding/base64url.ts";

/**
 * What the relay sees: one JSON text per frame, at most 32 768 bytes, because API Gateway refuses larger WebSocket frames
 * and refuses binary ones.
 *
 *   {"v":1,"to":"agent"|<connection id>,"from":…,"kind":…,"sid":<16 bytes>,"seq":n,"b64":<sealed bytes>}
 *
 * Nothing here is authenticated: `from`, `sid` and `seq` help to route, count and drop. The ends believe only what is
 * inside `b64`.
 */
export const RELAY_TEXT_BYTES_MAX = 32_768;
export const SID_BYTES = 16;

/**
 * hello: m1 and the device's certificate · welcome: m2 · frame: a sealed frame of a session · unlock: what makes an agent
 * whole, sealed to its boot key, and the answer · lost: a hint that the agent has no such session, or why it took no hello.
 */
const FRAME_KINDS = ["hello", "welcome", "frame", "unlock", "lost"] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** API Gateway's own id of a WebSocket connection. */
export const ConnectionId = z.string().regex(/^[A-Za-z0-9+/=_-]{1,128}$/, "expected a connection id");
export const Address = z.union([z.literal("agent"), ConnectionId]);
export type Address = z.infer<typeof Address>;

export const RelayFrame = z.strictObject({
  v: z.literal(1),
  to: Address,
  from: Address.optional(), // written by the relay; what a sender puts here is replaced
  kind: z.enum(FRAME_KINDS),
  sid: z.string().regex(/^[A-Za-z0-9_-]{22}$/, "expected a session id"),
  seq: z.int().nonnegative(),
  b64: z.string().regex(/^[A-Za-z0-9_-]*$/, "expected base64url"),
});
export type RelayFrame = z.infer<typeof RelayFrame>;

/** Undefined for a text that is too long, no JSON, or no frame. Length first: nothing long is ever parsed. */
export function readRelayFrame(text: string): RelayFrame | undefined {
  if (!isRelaySized(text)) return undefined;
  return RelayFrame.safeParse(parseJson(text)).data;
}

export function isRelaySized(text: string): boolean {
  if (text.length > RELAY_TEXT_BYTES_MAX) return false;
  return text.length * 3 <= RELAY_TEXT_BYTES_MAX || new TextEncoder().encode(text).length <= RELAY_TEXT_BYTES_MAX;
}

export interface Outgoing {
  readonly to: Address;
  readonly kind: FrameKind;
  readonly sid: Uint8Array;
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** @throws RangeError if the text would be longer than the relay takes: a mistake of ours, never of the other end. */
export function writeRelayFrame({ to, kind, sid, seq, bytes }: Outgoing): string {
  const text = JSON.stringify({ v: 1, to, kind, sid: encodeBase64url(sid), seq, b64: encodeBase64url(bytes) });
  if (!isRelaySized(text)) throw new RangeError(`a relay frame of ${text.length} bytes`);
  return text;
}

/** The bytes of a frame, or undefined where they are not canonical base64url. */
export function bytesOfFrame(frame: RelayFrame): Uint8Array | undefined {
  try {
    return decodeBase64url(frame.b64);
  } catch {
    return undefined;
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
