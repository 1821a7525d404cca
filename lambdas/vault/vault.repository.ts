import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { PageOptions } from "#platform/tables/rows.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Vault } from "#shared/contracts/vault.ts";
import { ALL_RIGHTS } from "#shared/crypto/vault/rights.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                                  item
 *   VAULTOF#<userId>#<vaultId>          that a person belongs to a vault, and what they may do there
 *   PERSONAL#<userId>                   which vault is a person's own
 *   TENANTVAULT                         which is the organisation's
 *   IN#<vaultId>#VAULT                  the vault: where its manifests end, and the hashes of its buckets
 *   IN#<vaultId>#CHAIN#<seq>            a step of its chain
 *   IN#<vaultId>#KEY#<commit>#<userId>  the keys that go with a commit of the chain, sealed to a member
 *   IN#<vaultId>#MANIFEST#<seq>         a manifest
 *   IN#<vaultId>#ITEM#<bucket><itemId>  an item's entry, see item.repository.ts
 *   IN#<vaultId>#CONTENT#<itemId>       its content
 *   COUNT#vault                         how many bytes the organisation keeps in vaults
 */
export const partsOf = (vaultId: Id<"vault">): string => `IN#${vaultId}#`;
const vaultSk = (vaultId: Id<"vault">) => `${partsOf(vaultId)}VAULT`;
const membershipSk = (userId: Id<"user">, vaultId: Id<"vault">) => `VAULTOF#${userId}#${vaultId}`;
const padded = (seq: number): string => String(seq).padStart(16, "0");
const chainSk = (vaultId: Id<"vault">, seq: number) => `${partsOf(vaultId)}CHAIN#${padded(seq)}`;
const keyPrefix = (vaultId: Id<"vault">, commit: string) => `${partsOf(vaultId)}KEY#${commit}#`;
const manifestSk = (vaultId: Id<"vault">, seq: number) => `${partsOf(vaultId)}MANIFEST#${padded(seq)}`;

export const VaultRow = Vault.omit({ chain: true, key: true, grantedBy: true }).extend({
  manifestSeq: z.int().positive(),
  chainSeq: z.int().positive(),
  chainHash: z.string(),
  keyGen: z.int().positive(),
  keyCommit: z.string(), // of the present key: members' keys lie under it
  buckets: z.string(), // 256 hashes, base64url
});
export type VaultRow = z.infer<typeof VaultRow>;

export const Membership = z.object({
  vaultId: idOf("vault"),
  kind: Vault.shape.kind,
  name: Vault.shape.name,
  state: z.enum(["offered", "accepted"]),
  rights: z.int().min(1).max(ALL_RIGHTS),
});
export type Membership = z.infer<typeof Membership>;

const KeyRow = z.object({ key: z.string(), grantedBy: Vault.shape.grantedBy });
export type KeyRow = z.infer<typeof KeyRow>;
const ManifestRow = z.object({ seq: z.int().positive(), manifest: z.string() });

export async function findMembership(
  table: TenantTable,
  userId: Id<"user">,
  vaultId: Id<"vault">,
): Promise<Membership | undefined> {
  const row = await table.get(membershipSk(userId, vaultId));
  return row && Membership.parse(row);
}

export async function listMemberships(table: TenantTable, userId: Id<"user">): Promise<Membership[]> {
  const found: Membership[] = [];
  for await (const row of table.list(`VAULTOF#${userId}#`)) found.push(Membership.parse(row));
  return found;
}

export async function findVault(table: TenantTable, vaultId: Id<"vault">): Promise<VaultRow | undefined> {
  const row = await table.get(vaultSk(vaultId));
  return row && VaultRow.parse(row);
}

export async function readChain(table: TenantTable, vaultId: Id<"vault">): Promise<string[]> {
  const steps: string[] = [];
  for await (const row of table.list(`${partsOf(vaultId)}CHAIN#`)) steps.push(z.string().parse(row["step"]));
  return steps;
}

/** The manifests that come after `after`, oldest first. */
export async function pageManifests(
  table: TenantTable,
  vaultId: Id<"vault">,
  { after, limit, cursor }: PageOptions & { readonly after: number },
) {
  const { items, next } = await table.page(`${partsOf(vaultId)}MANIFEST#`, {
    limit,
    cursor: cursor ?? manifestSk(vaultId, after),
  });
  return { items: items.map((row) => ManifestRow.parse(row)), cursor: next };
}

export async function findKey(
  table: TenantTable,
  { id, keyCommit }: Pick<VaultRow, "id" | "keyCommit">,
  userId: Id<"user">,
): Promise<KeyRow | undefined> {
  const row = await table.get(`${keyPrefix(id, keyCommit)}${userId}`);
  return row && KeyRow.parse(row);
}

/** Who has a key that goes with a commit. */
export async function listKeyHolders(table: TenantTable, vaultId: Id<"vault">, commit: string): Promise<Set<string>> {
  const prefix = keyPrefix(vaultId, commit);
  const holders = new Set<string>();
  for await (const { sk } of table.list(prefix)) holders.add(String(sk).slice(prefix.length));
  return holders;
}

export const demandNoMembership = (userId: Id<"user">, vaultId: Id<"vault">): Change => ({
  do: "check",
  sk: membershipSk(userId, vaultId),
  absent: true,
  otherwise: "vault.forbidden",
});

export const putKey = (vaultId: Id<"vault">, commit: string, userId: Id<"user">, row: KeyRow): Change => ({
  do: "put",
  sk: `${keyPrefix(vaultId, commit)}${userId}`,
  item: row,
  orMissing: true,
  otherwise: "vault.changed",
});

/** The vault with its first step, key and manifest; a person has one of their own. */
export function insertVault(row: VaultRow, userId: Id<"user">, { step, key }: { step: string; key: string }): Change[] {
  const { id: vaultId, kind, name } = row;
  const member: Membership = { vaultId, kind, name, state: "accepted", rights: ALL_RIGHTS };
  const own: Change[] = [{ do: "insert", sk: `PERSONAL#${userId}`, item: { vaultId }, otherwise: "vault.exists" }];
  const ofTenant: Change[] = [{ do: "insert", sk: "TENANTVAULT", item: { vaultId }, otherwise: "vault.tenant_exists" }];
  return [
    ...(kind === "personal" ? own : []),
    ...(kind === "tenant" ? ofTenant : []),
    { do: "insert", sk: vaultSk(vaultId), item: row, otherwise: "vault.exists" },
    insertStep(vaultId, 1, step),
    insertManifest(row),
    putKey(vaultId, row.keyCommit, userId, { key, grantedBy: null }),
    insertMembership(userId, member),
  ];
}

export const insertStep = (vaultId: Id<"vault">, seq: number, step: string): Change => ({
  do: "insert",
  sk: chainSk(vaultId, seq),
  item: { step },
  otherwise: "vault.changed",
});

export const insertMembership = (userId: Id<"user">, member: Membership): Change => ({
  do: "insert",
  sk: membershipSk(userId, member.vaultId),
  item: member,
  otherwise: "vault.exists",
});

export const changeMembership = (
  userId: Id<"user">,
  vaultId: Id<"vault">,
  set: Partial<Pick<Membership, "state" | "rights">>,
): Change => ({
  do: "update",
  sk: membershipSk(userId, vaultId),
  set,
  otherwise: "vault.changed",
  missing: "vault.not_found",
});

/** Nobody belongs any more; and who had declined already is no obstacle to being removed. */
export const deleteMembership = (userId: Id<"user">, vaultId: Id<"vault">): Change => ({
  do: "delete",
  sk: membershipSk(userId, vaultId),
  orMissing: true,
  otherwise: "vault.changed",
});

/** The vault after a change: only if its manifests and its chain still end where the change goes on. */
export const advanceVault = (row: VaultRow): Change[] => [
  {
    do: "put",
    sk: vaultSk(row.id),
    item: row,
    if: { manifestSeq: row.manifestSeq - 1, chainSeq: row.chainSeq },
    otherwise: "vault.changed",
    missing: "vault.not_found",
  },
  insertManifest(row),
];

/** Nothing is written; but the vault's chain still ends where the other writes suppose. */
export const checkChainEnd = ({ id, chainSeq }: Pick<VaultRow, "id" | "chainSeq">): Change => ({
  do: "check",
  sk: vaultSk(id),
  if: { chainSeq },
  otherwise: "vault.changed",
  missing: "vault.not_found",
});

/** The vault after steps of its chain, under the same conditions. */
export const stepVault = (before: VaultRow, now: VaultRow): Change => ({
  do: "put",
  sk: vaultSk(now.id),
  item: now,
  if: { manifestSeq: before.manifestSeq, chainSeq: before.chainSeq },
  otherwise: "vault.changed",
  missing: "vault.not_found",
});

const insertManifest = ({ id, manifest, manifestSeq }: VaultRow): Change => ({
  do: "insert",
  sk: manifestSk(id, manifestSeq),
  item: { seq: manifestSeq, manifest },
  otherwise: "vault.changed",
});

/** What the organisation keeps, while its plan allows it. Less is always allowed. */
export const countBytes = (bytes: number, bytesMax: number | null): Change => ({
  do: "update",
  sk: "COUNT#vault",
  add: { bytes },
  ...(bytes > 0 && bytesMax !== null ? { if: { bytes: { lte: bytesMax - bytes } } } : {}),
  orMissing: true,
  otherwise: "quota.exceeded",
});

export async function readBytes(table: TenantTable): Promise<number> {
  const row = await table.get("COUNT#vault");
  return row ? z.object({ bytes: z.number() }).parse(row).bytes : 0;
}
