import { type Id, idBytes, idFromBytes } from "#shared/ids.ts";
import { concat } from "../../crypto/encoding/bytes.ts";
import { ensure } from "../close.ts";

/**
 * What travels through a link:
 *
 *   1 | message id 16 | payload     kept by the sender until acknowledged
 *   2 | payload                     sent once
 *   3 | ids, 16 each                recorded: forget them
 *   4 | ids, 16 each                too old to be told from a repetition, so not taken: forget them, and say so
 */
export type Packet =
  | { readonly kind: "kept"; readonly id: Id<"message">; readonly payload: Uint8Array }
  | { readonly kind: "once"; readonly payload: Uint8Array }
  | { readonly kind: "recorded" | "expired"; readonly ids: readonly Id<"message">[] };

export function writePacket(packet: Packet): Uint8Array {
  if (packet.kind === "kept") return concat(Uint8Array.of(1), idBytes(packet.id), packet.payload);
  if (packet.kind === "once") return concat(Uint8Array.of(2), packet.payload);
  return concat(Uint8Array.of(packet.kind === "recorded" ? 3 : 4), writeIds(packet.ids));
}

/** Payloads are views of `bytes`. @throws ChannelError("format") */
export function readPacket(bytes: Uint8Array): Packet {
  const kind = bytes[0];
  if (kind === 1) {
    ensure(bytes.length >= 17, "format");
    return { kind: "kept", id: idFromBytes("message", bytes.subarray(1, 17)), payload: bytes.subarray(17) };
  }
  if (kind === 2) return { kind: "once", payload: bytes.subarray(1) };
  ensure(kind === 3 || kind === 4, "format");
  return { kind: kind === 3 ? "recorded" : "expired", ids: readIds(bytes.subarray(1)) };
}

export const writeIds = (ids: readonly Id<"message">[]): Uint8Array => concat(...ids.map((id) => idBytes(id)));

export function readIds(bytes: Uint8Array): Id<"message">[] {
  ensure(bytes.length % 16 === 0, "format");
  return Array.from({ length: bytes.length / 16 }, (_, i) =>
    idFromBytes("message", bytes.subarray(i * 16, i * 16 + 16)),
  );
}
