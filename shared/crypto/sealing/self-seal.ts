import type { RootKeys } from "../account/root.ts";
import { concat, equalConstantTime, lengthPrefixed, u32, u64, utf8, utf8Decode } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { openCommitted, sealCommitted } from "./committed.ts";

/**
 * OCP1: a thing only I write and only I read, under selfWrap.
 *
 *   "OCP1" suite 1 tid 16 uid 16 urkGen 4 version 8 L(name) | salt 24 commit 32 | ct tag 16        see committed.ts
 *
 * The name says which thing it is ("identity", "settings", …), the version which writing of it.
 */
export interface SelfPlace {
  readonly name: string;
  readonly version: number;
}

export type Owner = Pick<RootKeys, "tid" | "uid" | "urkGen" | "selfWrap">;

export function sealForSelf(owner: Owner, place: SelfPlace, plaintext: Uint8Array): Uint8Array {
  return sealCommitted({ purpose: "self-seal", ikm: owner.selfWrap, header: headerOf(owner, place) }, plaintext);
}

/** @throws crypto.context if the blob says it is another thing or version; crypto.commitment or crypto.open if it lies. */
export function openForSelf(owner: Owner, place: SelfPlace, bytes: Uint8Array): Uint8Array {
  readHeader(readerOf(bytes), "OCP1");
  const header = headerOf(owner, place);
  demand(equalConstantTime(bytes.subarray(0, header.length), header), "crypto.context");
  const body = bytes.subarray(header.length);
  return openCommitted({ purpose: "self-seal", ikm: owner.selfWrap, header }, body);
}

/** The version a blob claims, to be asked for: a client decides by its own pin whether it is new enough. */
export function readSelfVersion(bytes: Uint8Array): number {
  const reader = readerOf(bytes);
  readHeader(reader, "OCP1");
  reader.take(16 + 16 + 4);
  return reader.u64();
}

/** The generation of the root that a blob says it is under: which of several to try. */
export function readSelfGen(bytes: Uint8Array): number {
  const reader = readerOf(bytes);
  readHeader(reader, "OCP1");
  reader.take(16 + 16);
  return reader.u32();
}

/** The thing that a blob says it is. */
export function readSelfName(bytes: Uint8Array): string {
  const reader = readerOf(bytes);
  readHeader(reader, "OCP1");
  reader.take(16 + 16 + 4 + 8);
  return utf8Decode(reader.prefixed());
}

function headerOf({ tid, uid, urkGen }: Owner, { name, version }: SelfPlace): Uint8Array {
  const place = concat(boundId("tenant", tid), boundId("user", uid), u32(urkGen), u64(version));
  return concat(writeHeader("OCP1"), place, lengthPrefixed(utf8(name)));
}
