import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, lengthPrefixed, u8, u32, u64 } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { type Reader, readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { SIGNATURE_BYTES, type SignPublicKey, type SignSecretKey, verify } from "../primitives/sign.ts";
import { signStatement } from "../sealing/statement.ts";
import type { ManifestPin } from "./manifest.ts";
import type { Rights } from "./rights.ts";

/**
 * OCVC: one step in who belongs to a vault and which key it has. Clients replay the steps (chain.ts); what a server says of members is
 * for show.
 *
 *   "OCVC" suite 1 tid 16 vault 16 seq 8 prevHash 32 manifestSeq 8 manifestHash 32 author 16 bundleHash 32 at 8 kind 1 L(body)
 *   | signature 64 by the author's identity key
 *
 *   kind 01 create    vault kind 1 (01 personal, 02 group, 03 tenant, 04 threshold) ‖ keyCommit 32 ‖ entryCommit 32     its author is the first member
 *   kind 02 add       person 16 ‖ H of their bundle 32 ‖ rights 1
 *   kind 03 remove    person 16
 *   kind 04 set       person 16 ‖ rights 1
 *   kind 05 rotate    keyGen 4 ‖ keyCommit 32 ‖ entryCommit 32
 *   kind 06 renew     H of the author's next bundle 32     signed by the identity before it: from here on its key counts no more
 *   kind 07 quorum    keyGen 4 ‖ keyCommit 32 ‖ entryCommit 32 ‖ setId 16 ‖ t 1 ‖ share commit 32 ‖ n 1 ‖ n × (person 16 ‖ bundleHash 32)
 *                     the next key lies under a key of which t of these n hold shares (quorum.ts); they are its members from here on
 *
 * seq starts at 1 with a prevHash of zeros; prevHash is H of the whole step before. manifestSeq and manifestHash are the end of the
 * vault's manifests when the step was made (0 and zeros at first): a manifest after them must know this step. The commits are to the
 * vault key of this generation and to its key of entries (vault-key.ts).
 */
const VAULT_KINDS = { personal: 1, group: 2, tenant: 3, threshold: 4 } as const;
export type VaultKind = keyof typeof VAULT_KINDS;

/** What the chain says of the key of a generation, so that whoever is handed one knows that it is the one everybody has. */
export interface KeyCommits {
  readonly keyCommit: Uint8Array;
  readonly entryCommit: Uint8Array;
}

export type Deed =
  | ({ readonly kind: "create"; readonly vaultKind: VaultKind } & KeyCommits)
  | {
      readonly kind: "add";
      readonly person: Id<"user">;
      readonly bundleHash: Uint8Array;
      readonly rights: Rights;
    }
  | { readonly kind: "remove"; readonly person: Id<"user"> }
  | { readonly kind: "set"; readonly person: Id<"user">; readonly rights: Rights }
  | ({ readonly kind: "rotate"; readonly keyGen: number } & KeyCommits)
  | { readonly kind: "renew"; readonly bundleHash: Uint8Array }
  | Quorum;

export interface Holder {
  readonly person: Id<"user">;
  readonly bundleHash: Uint8Array;
}

export interface Quorum extends KeyCommits {
  readonly kind: "quorum";
  readonly keyGen: number;
  readonly setId: Id<"shareSet">;
  readonly threshold: number;
  readonly shareCommit: Uint8Array;
  readonly holders: readonly Holder[];
}

export interface ChainStep {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly seq: number;
  readonly prevHash: Uint8Array;
  readonly manifest: ManifestPin;
  readonly author: Id<"user">;
  readonly bundleHash: Uint8Array;
  readonly atMs: number;
  readonly does: Deed;
}

export const BEFORE_FIRST: ManifestPin = { seq: 0, hash: new Uint8Array(32) };

export function signChainStep(step: ChainStep, key: SignSecretKey): Uint8Array {
  const [kind, body] = writeDeed(step.does);
  const bytes = concat(
    writeHeader("OCVC"),
    boundId("tenant", step.tid),
    boundId("vault", step.vaultId),
    u64(step.seq),
    checked(step.prevHash, 32),
    u64(step.manifest.seq),
    checked(step.manifest.hash, 32),
    boundId("user", step.author),
    checked(step.bundleHash, 32),
    u64(step.atMs),
    u8(kind),
    lengthPrefixed(body),
  );
  return signStatement("vault-chain", bytes, key);
}

function writeDeed(does: Deed): readonly [kind: number, body: Uint8Array] {
  switch (does.kind) {
    case "create":
      return [1, concat(u8(VAULT_KINDS[does.vaultKind]), writeCommits(does))];
    case "add":
      return [2, concat(boundId("user", does.person), checked(does.bundleHash, 32), u8(does.rights))];
    case "remove":
      return [3, boundId("user", does.person)];
    case "set":
      return [4, concat(boundId("user", does.person), u8(does.rights))];
    case "rotate":
      return [5, concat(u32(does.keyGen), writeCommits(does))];
    case "renew":
      return [6, checked(does.bundleHash, 32)];
    case "quorum":
      return [7, writeQuorum(does)];
  }
}

const writeCommits = ({ keyCommit, entryCommit }: KeyCommits): Uint8Array =>
  concat(checked(keyCommit, 32), checked(entryCommit, 32));

export interface ReadStep {
  readonly step: ChainStep;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Only the form. Nothing in it may be used before `followChain` has accepted it. */
export function readChainStep(bytes: Uint8Array): ReadStep {
  const reader = readerOf(bytes);
  readHeader(reader, "OCVC");
  const before = {
    tid: idFromBytes("tenant", reader.take(16)),
    vaultId: idFromBytes("vault", reader.take(16)),
    seq: reader.u64(),
    prevHash: reader.take(32),
    manifest: { seq: reader.u64(), hash: reader.take(32) },
    author: idFromBytes("user", reader.take(16)),
    bundleHash: reader.take(32),
    atMs: reader.u64(),
  };
  const kind = reader.u8();
  const body = readerOf(reader.prefixed());
  reader.take(SIGNATURE_BYTES);
  reader.end();
  const does = readDeed(kind, body);
  body.end();
  return { step: { ...before, does }, hash: sha256(bytes), bytes };
}

function writeQuorum({ keyGen, setId, threshold, shareCommit, holders, ...commits }: Quorum): Uint8Array {
  const set = [boundId("shareSet", setId), u8(threshold), checked(shareCommit, 32), u8(holders.length)];
  const each = holders.map(({ person, bundleHash }) => concat(boundId("user", person), checked(bundleHash, 32)));
  return concat(u32(keyGen), writeCommits(commits), ...set, ...each);
}

function readQuorum(body: Reader): Quorum {
  const next = { kind: "quorum", keyGen: body.u32(), ...readCommits(body) } as const;
  const set = { setId: idFromBytes("shareSet", body.take(16)), threshold: body.u8(), shareCommit: body.take(32) };
  const holders = Array.from({ length: body.u8() }, () => ({ person: readPerson(body), bundleHash: body.take(32) }));
  return { ...next, ...set, holders };
}

function readDeed(kind: number, body: Reader): Deed {
  switch (kind) {
    case 1:
      return { kind: "create", vaultKind: readVaultKind(body.u8()), ...readCommits(body) };
    case 2:
      return { kind: "add", person: readPerson(body), bundleHash: body.take(32), rights: body.u8() };
    case 3:
      return { kind: "remove", person: readPerson(body) };
    case 4:
      return { kind: "set", person: readPerson(body), rights: body.u8() };
    case 5:
      return { kind: "rotate", keyGen: body.u32(), ...readCommits(body) };
    case 6:
      return { kind: "renew", bundleHash: body.take(32) };
    case 7:
      return readQuorum(body);
    default:
      throw new CryptoError("crypto.suite");
  }
}

const readPerson = (body: Reader): Id<"user"> => idFromBytes("user", body.take(16));
const readCommits = (body: Reader): KeyCommits => ({ keyCommit: body.take(32), entryCommit: body.take(32) });

function readVaultKind(byte: number): VaultKind {
  const found = Object.entries(VAULT_KINDS).find(([, code]) => code === byte);
  demand(found !== undefined, "crypto.suite");
  return found[0] as VaultKind; // a key of the table
}

/** @throws crypto.signature unless this key signed it */
export function checkChainStep({ bytes }: ReadStep, key: SignPublicKey): void {
  const body = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  verify("vault-chain", body, bytes.subarray(body.length), key);
}
