import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u32, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { SIGNATURE_BYTES, type SignPublicKey, type SignSecretKey, verify } from "../primitives/sign.ts";
import { signStatement } from "../sealing/statement.ts";

/**
 * OCVM: what a vault holds, signed by who changed it last. A vault is this statement, not the rows that a server happens to serve:
 * what is left out, doubled, moved or old does not come to the root.
 *
 *   "OCVM" suite 1 tid 16 vault 16 seq 8 prevHash 32 keyGen 4 chainSeq 8 chainHash 32 items 8 removed 8 root 32
 *   writer 16 bundleHash 32 at 8 | signature 64 by the writer's identity key
 *
 * seq starts at 1 with a prevHash of zeros; prevHash is H of the whole statement before. chainSeq and chainHash are the end of the
 * membership chain (chain.ts) that the writer saw; whether they might write is judged there. root: tree.ts. at in milliseconds.
 */
export interface Manifest {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly seq: number;
  readonly prevHash: Uint8Array;
  readonly keyGen: number;
  readonly chainSeq: number;
  readonly chainHash: Uint8Array;
  /** How many items there are, without those removed. */
  readonly items: number;
  /** How many were removed since the vault began, each of which keeps its leaf: it rises only where the writer may delete. */
  readonly removed: number;
  readonly root: Uint8Array;
  readonly writer: Id<"user">;
  /** H of the writer's key bundle: which of their keys signed. */
  readonly bundleHash: Uint8Array;
  readonly atMs: number;
}

export const FIRST_MANIFEST_PREV = new Uint8Array(32);

export function signManifest(manifest: Manifest, key: SignSecretKey): Uint8Array {
  const body = concat(
    writeHeader("OCVM"),
    boundId("tenant", manifest.tid),
    boundId("vault", manifest.vaultId),
    u64(manifest.seq),
    checked(manifest.prevHash, 32),
    u32(manifest.keyGen),
    u64(manifest.chainSeq),
    checked(manifest.chainHash, 32),
    u64(manifest.items),
    u64(manifest.removed),
    checked(manifest.root, 32),
    boundId("user", manifest.writer),
    checked(manifest.bundleHash, 32),
    u64(manifest.atMs),
  );
  return signStatement("manifest", body, key);
}

export interface ReadManifest {
  readonly manifest: Manifest;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Only the form: whose word it is says `checkManifest`. */
export function readManifest(bytes: Uint8Array): ReadManifest {
  const reader = readerOf(bytes);
  readHeader(reader, "OCVM");
  const manifest: Manifest = {
    tid: idFromBytes("tenant", reader.take(16)),
    vaultId: idFromBytes("vault", reader.take(16)),
    seq: reader.u64(),
    prevHash: reader.take(32),
    keyGen: reader.u32(),
    chainSeq: reader.u64(),
    chainHash: reader.take(32),
    items: reader.u64(),
    removed: reader.u64(),
    root: reader.take(32),
    writer: idFromBytes("user", reader.take(16)),
    bundleHash: reader.take(32),
    atMs: reader.u64(),
  };
  reader.take(SIGNATURE_BYTES);
  reader.end();
  return { manifest, hash: sha256(bytes), bytes };
}

/** @throws crypto.signature unless this key signed it */
export function checkManifest({ bytes }: ReadManifest, key: SignPublicKey): void {
  const body = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  verify("manifest", body, bytes.subarray(body.length), key);
}

/** What a client remembers of the last manifest it accepted. */
export interface ManifestPin {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/**
 * That a manifest is the pinned one or goes on from it.
 * @param between the manifests from the one after the pin to the one before `head`, in order
 * @throws crypto.rollback for an older one, another of the same number, or one that goes on from something else
 */
export function demandSuccession(head: ReadManifest, between: readonly ReadManifest[], pin: ManifestPin): void {
  let last: ManifestPin = pin;
  if (head.manifest.seq === pin.seq) demand(equalConstantTime(head.hash, pin.hash), "crypto.rollback");
  else {
    for (const next of [...between, head]) {
      const follows = next.manifest.seq === last.seq + 1 && equalConstantTime(next.manifest.prevHash, last.hash);
      demand(follows, "crypto.rollback");
      last = { seq: next.manifest.seq, hash: next.hash };
    }
  }
}
