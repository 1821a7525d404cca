import * as z from "zod";

/** The kinds of thing that have an id, and the prefix each wears. */
const PREFIX = {
  tenant: "tnt",
  user: "usr",
  agent: "agt",
  task: "tsk",
  session: "ses",
  device: "dev",
  slot: "slt",
  link: "lnk",
  invite: "inv",
  apiKey: "key",
  conversation: "cnv",
  message: "msg",
  event: "evt",
  audit: "aud",
  frame: "frm",
  vault: "vlt",
  item: "itm",
  shareSet: "sst",
  grant: "grt",
  use: "use",
  file: "fil",
  opening: "opn",
  share: "shr",
  recovery: "rcv",
  enrolment: "enr",
} as const;

export type IdKind = keyof typeof PREFIX;

/** `Id<"agent">` and `Id<"user">` do not mix: the prefix is part of the type. */
export type Id<K extends IdKind> = `${(typeof PREFIX)[K]}_${string}`;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford: no i, l, o, u
const BODY = "[0-7][0-9a-hjkmnp-tv-z]{25}"; // a ULID: 26 characters carry 130 bits, so the first is at most 7

export function idOf<K extends IdKind>(kind: K) {
  const pattern = new RegExp(`^${PREFIX[kind]}_${BODY}$`);
  return z.custom<Id<K>>((value) => typeof value === "string" && pattern.test(value), {
    error: `expected a ${kind} id`,
  });
}

/** A ULID with its kind in front: 48 bits of time, 80 of chance. Ids sort by birth and cannot be guessed. */
export function newId<K extends IdKind>(kind: K, now: Date): Id<K> {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now.getTime()) << 16n);
  crypto.getRandomValues(bytes.subarray(6));
  return idFromBytes(kind, bytes);
}

/** The 16 bytes of an id, as the protocol binds them (its kind is bound by position). */
export function idBytes(id: Id<IdKind>): Uint8Array {
  let value = 0n;
  for (const char of id.slice(4)) value = (value << 5n) | BigInt(ALPHABET.indexOf(char));
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, value >> 64n);
  view.setBigUint64(8, value & 0xffff_ffff_ffff_ffffn);
  return bytes;
}

export function idFromBytes<K extends IdKind>(kind: K, bytes: Uint8Array): Id<K> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  let value = (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
  let text = "";
  for (let i = 0; i < 26; i++) {
    text = ALPHABET.charAt(Number(value & 31n)) + text;
    value >>= 5n;
  }
  return `${PREFIX[kind]}_${text}`;
}

/** When an id was made, to the millisecond. */
export function timeOf(id: Id<IdKind>): Date {
  const bytes = idBytes(id);
  return new Date(Number(new DataView(bytes.buffer).getBigUint64(0) >> 16n));
}
