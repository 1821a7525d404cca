import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, PageQuery, pageOf, sealedBytes } from "./route.ts";
import { SealedPart, VaultStatement } from "./vault.ts";

/**
 * One item of a vault, given to one person alone. The platform keeps who gave what to whom, until when and how often it was opened;
 * the keys are sealed to the recipient (OCM1, docs/formats.md) and the item stays in its vault.
 */
const OPENS_MAX = 1_000;
const Sealed = sealedBytes(2048);
const BundleHash = sealedBytes(32).length(43);

/** list: the name and what stands beside it · read: the secret too. */
const Level = z.enum(["list", "read"]);
/** offered → accepted | declined → revoked | expired */
const State = z.enum(["offered", "accepted", "declined", "revoked", "expired"]);

export const Share = z.object({
  id: idOf("share"),
  vaultId: idOf("vault"),
  itemId: idOf("item"),
  version: z.int().positive(), // of the item, as the keys open it
  keyGen: z.int().positive(),
  level: Level,
  state: State,
  from: idOf("user"),
  fromBundleHash: BundleHash, // the keys of theirs that signed it
  to: idOf("user"),
  toBundleHash: BundleHash, // the keys of theirs that it is sealed to
  expiresAt: Instant.nullable(),
  opensMax: z.int().positive().nullable(),
  opens: z.int().nonnegative(),
  createdAt: Instant,
  isOfGrant: z.boolean().optional(), // its id is that of a grant, and it is taken back with that
});
export type Share = z.infer<typeof Share>;

/** What shows the recipient that the granter might share this item: their signed keys, and the vault's chain up to that moment. */
const Evidence = z.object({
  share: Share,
  sealed: Sealed,
  bundleHash: BundleHash, // which of the granter's keys signed
  chain: z.array(VaultStatement), // OCVC, from the first to the one that `sealed` names
  entry: SealedPart,
  contentHash: BundleHash.nullable(), // of who may read
});
export type ShareEvidence = z.infer<typeof Evidence>;
const Opened = Evidence.extend({ content: SealedPart.nullable() });
export type OpenedShare = z.infer<typeof Opened>;

const inShare = { shareId: idOf("share") };
const Sealing = {
  version: Share.shape.version,
  chainSeq: z.int().positive(), // where the vault's chain ends: it has to be its end still
  sealed: Sealed,
};

/** What somebody hands over with a grant (contracts/grants.ts). */
export const SharedSealed = z.object({ vaultId: idOf("vault"), itemId: idOf("item"), ...Sealing });
export type SharedSealed = z.infer<typeof SharedSealed>;

export const sharesContract = {
  listReceived: {
    method: "GET",
    path: "/v1/shares",
    access: "vault:read",
    summary: "The items that others share with you, and those you are offered.",
    input: z.object({}),
    reply: z.object({ items: z.array(Share) }),
  },
  listGiven: {
    method: "GET",
    path: "/v1/vaults/{vaultId}/shares",
    access: "vault:read",
    summary: "The shares of a vault's items, newest last, with those that ended in the last thirty days.",
    input: PageQuery.extend({ vaultId: idOf("vault") }),
    reply: pageOf(Share),
  },
  create: {
    method: "POST",
    path: "/v1/vaults/{vaultId}/shares",
    access: "vault:write",
    summary:
      "Offer one item to one person: its keys sealed to them, until a date and for a number of opens, if you like.",
    status: 201,
    input: z.object({
      vaultId: idOf("vault"),
      id: idOf("share"),
      itemId: idOf("item"),
      to: idOf("user"),
      level: Level,
      expiresAt: Instant.nullable(),
      opensMax: z.int().min(1).max(OPENS_MAX).nullable(),
      ...Sealing,
    }),
    reply: Share,
  },
  answer: {
    method: "POST",
    path: "/v1/shares/{shareId}/answers",
    access: "vault:write",
    summary: "Accept or decline what you are offered; declining what you use leaves nothing of it with you.",
    input: z.object({ ...inShare, answer: z.enum(["accept", "decline"]) }),
    reply: Done,
  },
  get: {
    method: "GET",
    path: "/v1/shares/{shareId}",
    access: "vault:read",
    summary: "An accepted share with the item's sealed name; the secret comes by opening it.",
    input: z.object(inShare),
    reply: Evidence,
  },
  open: {
    method: "POST",
    path: "/v1/shares/{shareId}/opens",
    access: "vault:read",
    summary: "Count one open and answer the sealed item; refused once its date or number is reached.",
    input: z.object(inShare),
    reply: Opened,
  },
  renew: {
    method: "PUT",
    path: "/v1/shares/{shareId}",
    access: "vault:write",
    summary: "The keys of the item's newer version, sealed to the same person under the same terms.",
    input: z.object({ ...inShare, ...Sealing }),
    reply: Share,
  },
  revoke: {
    method: "DELETE",
    path: "/v1/shares/{shareId}",
    access: "vault:write",
    summary: "End a share: who gave it may, and who looks after the vault.",
    input: z.object(inShare),
    reply: Share,
  },
} as const satisfies Contract;
