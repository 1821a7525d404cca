import * as z from "zod";
import { RIGHT_NAMES } from "#shared/crypto/vault/rights.ts";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, PageQuery, pageOf, SignedWrite, sealedBytes } from "./route.ts";
import { openingRoutes } from "./vault-openings.ts";

/**
 * Vaults as the server keeps them: opaque blobs (docs/formats.md), under a manifest that their writer signed. The server can
 * withhold; it can read nothing, and what it adds, swaps, drops or brings back does not come to the signed root.
 */
const CONTENT_BYTES_MAX = 64 * 1024;
const SEALING_BYTES = 256; // more than header, padding and tag add
const CHANGES_MAX = 25;
export const KEYS_MAX = 48; // each is two lines of the transaction, which has a hundred

const partOf = (bytesMax: number) => z.object({ key: sealedBytes(171), blob: sealedBytes(bytesMax + SEALING_BYTES) });
/** A part of an item: its wrapped key, and what that seals. */
export const SealedPart = partOf(CONTENT_BYTES_MAX);
const Hash = sealedBytes(32).length(43);
export const VaultStatement = sealedBytes(1024);
const Statement = VaultStatement;
const Version = z.int().positive();

/** What a list needs: the entry, sealed; of a removed item, only that it was. `contentHash` is H of the content's key and blob. */
export const VaultEntry = z.object({
  id: idOf("item"),
  version: Version,
  keyGen: z.int().positive(),
  entry: partOf(4096).nullable(),
  contentHash: Hash.nullable(),
  updatedAt: Instant,
});
export type VaultEntry = z.infer<typeof VaultEntry>;

export const Vault = z.object({
  id: idOf("vault"),
  kind: z.enum(["personal", "group", "tenant", "threshold"]), // tenant: the organisation's own, of which there is one; threshold: opened by several together
  name: z.string().nullable(), // of one that several have; the platform sees it, as it sees who belongs to it
  chain: z.array(Statement), // OCVC, from the first
  manifest: Statement, // OCVM, the last
  key: sealedBytes(4096), // the vault's keys, sealed to the caller
  grantedBy: z.object({ userId: idOf("user"), bundleHash: Hash }).nullable(), // whose seal it is; null for the caller's own
  bytes: z.int().nonnegative(),
  updatedAt: Instant,
});
export type Vault = z.infer<typeof Vault>;

const PutItem = z.object({
  do: z.literal("put"),
  id: idOf("item"),
  version: Version,
  keyGen: z.int().positive(),
  entry: partOf(4096),
  content: partOf(CONTENT_BYTES_MAX),
  file: idOf("file").nullable(), // the object that the content names: what no item names any more is removed
});
const RemoveItem = z.object({ do: z.literal("remove"), id: idOf("item"), version: Version });
const Change = z.discriminatedUnion("do", [PutItem, RemoveItem]);
export type VaultChange = z.infer<typeof Change>;

const inVault = { vaultId: idOf("vault") };
const Name = z.string().trim().min(1).max(60);

/** offered: others added you, and you have not answered · accepted: you use it. */
const Membership = z.object({
  id: idOf("vault"),
  kind: Vault.shape.kind,
  name: Vault.shape.name,
  state: z.enum(["offered", "accepted"]),
  rights: z.array(z.enum(RIGHT_NAMES)), // as the platform enforces them; the chain says the same
});
export type VaultMembership = z.infer<typeof Membership>;

export const vaultContract = {
  listVaults: {
    method: "GET",
    path: "/v1/vaults",
    access: "vault:read",
    summary: "The vaults you belong to, and those you are offered.",
    input: z.object({}),
    reply: z.object({ items: z.array(Membership) }),
  },
  createVault: {
    method: "POST",
    path: "/v1/vaults",
    access: "vault:write",
    summary: "Keep a new vault: the first step of its chain, its first manifest and its key, sealed to you.",
    status: 201,
    input: z.object({
      id: idOf("vault"),
      kind: Vault.shape.kind,
      name: Name.nullable(),
      step: Statement,
      manifest: Statement,
      key: Vault.shape.key,
    }),
    reply: Vault,
  },
  getVault: {
    method: "GET",
    path: "/v1/vaults/{vaultId}",
    access: "vault:read",
    summary: "A vault: its chain, its last manifest, and its key sealed to you.",
    input: z.object(inVault),
    reply: Vault,
  },
  answerVault: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/answers",
    access: "vault:write",
    summary:
      "Accept or decline a vault that you are offered; declining one that you use leaves nothing of it with you.",
    input: z.object({ ...inVault, answer: z.enum(["accept", "decline"]) }),
    reply: Done,
  },
  putKeys: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/keys",
    access: "vault:write",
    summary:
      "Keep the vault's keys for members, each sealed to one of them, before the step that makes them count; signed by your root.",
    input: z.object({
      ...inVault,
      keyCommit: Hash, // of the chain: which generation's keys these are
      keys: z
        .array(z.object({ userId: idOf("user"), key: Vault.shape.key }))
        .min(1)
        .max(KEYS_MAX),
      signed: SignedWrite,
    }),
    reply: Done,
  },
  addSteps: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/steps",
    access: "vault:write",
    summary: "Go on with the chain: add or remove a member, change what one may do, or begin another key.",
    input: z.object({ ...inVault, steps: z.array(Statement).min(1).max(2) }),
    reply: z.object({ seq: z.int().positive() }),
  },
  listManifests: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/manifests",
    access: "vault:read",
    summary: "The manifests after one you know, in order, to see that the last goes on from it.",
    input: PageQuery.extend({ ...inVault, after: z.coerce.number().int().nonnegative() }),
    reply: pageOf(z.object({ seq: z.int().positive(), manifest: Statement })),
  },
  listItems: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/items",
    access: "vault:read",
    summary: "The sealed entries of a vault, with the items that were removed from it.",
    input: PageQuery.extend({ ...inVault, limit: z.coerce.number().int().min(1).max(500).default(100) }),
    reply: pageOf(VaultEntry),
  },
  readBucket: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/buckets/{bucket}",
    access: "vault:read",
    summary: "All items of one of the 256 buckets, and what shows that the manifest names them.",
    input: z.object({ ...inVault, bucket: z.coerce.number().int().min(0).max(255) }),
    reply: z.object({
      manifest: Statement,
      buckets: sealedBytes(8192), // 256 hashes: what the manifest's root is made of
      items: z.array(VaultEntry),
    }),
  },
  getContent: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/items/{itemId}",
    access: "vault:read",
    summary: "The sealed content of one item.",
    input: z.object({ ...inVault, itemId: idOf("item") }),
    reply: z.object({ content: PutItem.shape.content }),
  },
  uploadFile: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/items/{itemId}/files",
    access: "vault:write",
    summary:
      "An address to put the sealed file of an item at, once, with exactly these bytes; the change that names it makes it count.",
    status: 201,
    input: z.object({ ...inVault, itemId: idOf("item"), bytes: z.int().positive() }),
    reply: z.object({
      fileId: idOf("file"),
      url: z.url(),
      headers: z.record(z.string(), z.string()), // signed: to be sent as they are
      expiresAt: Instant,
    }),
  },
  getFile: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/items/{itemId}/file",
    access: "vault:read",
    summary: "An address to read the sealed file of an item from, for five minutes.",
    input: z.object({ ...inVault, itemId: idOf("item") }),
    reply: z.object({ fileId: idOf("file"), url: z.url(), expiresAt: Instant }),
  },
  changeItems: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/changes",
    access: "vault:write",
    summary: "Put and remove items, with the manifest that says so; all of it or nothing.",
    input: z.object({ ...inVault, manifest: Statement, changes: z.array(Change).min(1).max(CHANGES_MAX) }),
    reply: z.object({ seq: z.int().positive(), updatedAt: Instant }),
  },
  ...openingRoutes,
} as const satisfies Contract;
