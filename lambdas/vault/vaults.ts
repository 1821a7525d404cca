import { audited } from "#lambdas/audit/audit.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import { checkAsker } from "#lambdas/tenants/member.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Vault, vaultContract } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { type ChainState, currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { may, namesOfRights, type Right } from "#shared/crypto/vault/rights.ts";
import { bucketsOf } from "#shared/crypto/vault/tree.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { allows } from "#shared/permissions.ts";
import { demandFirst } from "./statements.ts";
import {
  changeMembership,
  deleteMembership,
  findKey,
  findMembership,
  findVault,
  insertVault,
  listMemberships,
  type Membership,
  readChain,
  type VaultRow,
} from "./vault.repository.ts";

type Routes = typeof vaultContract;

export async function listVaults({ actor, table }: Ctx) {
  const memberships = await listMemberships(table, actor.userId);
  return {
    items: memberships.map(({ vaultId: id, kind, name, state, rights }) => {
      return { id, kind, name, state, rights: namesOfRights(rights) };
    }),
  };
}

/** Its owner has signed what it is; the server keeps it, a personal one once for each person. */
export async function createVault(ctx: Ctx, input: Input<Routes["createVault"]>): Promise<Vault> {
  const { id, kind, name, step, manifest, key } = input;
  if (isOfTenant(kind) && !allows(ctx.actor.role, "members:write")) throw new AppError("auth.forbidden");
  if ((kind !== "personal") !== (name !== null))
    throw refusal("name", "a vault that several have has a name, and a person's has none");
  const chain = demandFirst(input, ctx.actor, await getKeyring(ctx));
  const updatedAt = ctx.now().toISOString();
  const row: VaultRow = {
    ...{ id, kind, name, manifest, manifestSeq: 1, bytes: 0, updatedAt, ...endOf(chain) },
    buckets: encodeBase64url(concat(...bucketsOf([]))),
  };
  await ctx.table.write(
    checkAsker(ctx),
    ...insertVault(row, ctx.actor.userId, { step, key }),
    audited(ctx, "vault.created", { vaultId: id, kind }),
  );
  return { id, kind, name, chain: [step], manifest, key, grantedBy: null, bytes: 0, updatedAt };
}

const isOfTenant = (kind: Vault["kind"]): boolean => kind === "tenant" || kind === "threshold";

const refusal = (path: string, reason: string) =>
  new AppError("request.invalid", { details: { errors: [{ path, reason }] } });

/** Where a chain ends, as the vault's row remembers it. */
export function endOf(chain: ChainState): Pick<VaultRow, "chainSeq" | "chainHash" | "keyGen" | "keyCommit"> {
  const keyGen = currentKeyGen(chain);
  const keyCommit = chain.generations[keyGen - 1]?.keyCommit ?? new Uint8Array(0); // there is one for each
  return {
    ...{ chainSeq: chain.seq, chainHash: encodeBase64url(chain.hash), keyGen },
    keyCommit: encodeBase64url(keyCommit),
  };
}

export async function getVault(ctx: Ctx, { vaultId }: Input<Routes["getVault"]>): Promise<Vault> {
  const { row } = await enterVault(ctx, vaultId);
  const { kind, name, manifest, bytes, updatedAt } = row;
  const [chain, held] = await Promise.all([readChain(ctx.table, vaultId), findKey(ctx.table, row, ctx.actor.userId)]);
  if (!held || chain.length !== row.chainSeq) throw new AppError("vault.changed"); // a step came between the reads
  return { id: vaultId, kind, name, chain, manifest, ...held, bytes, updatedAt };
}

interface Entered {
  readonly row: VaultRow;
  readonly membership: Membership;
}

/** @throws vault.not_found for whoever does not belong to it, as for one that is not there; vault.forbidden without the right */
export async function enterVault({ actor, table }: Ctx, vaultId: Id<"vault">, right: Right = "list"): Promise<Entered> {
  const [membership, row] = await Promise.all([
    findMembership(table, actor.userId, vaultId),
    findVault(table, vaultId),
  ]);
  if (membership?.state !== "accepted" || !row) throw new AppError("vault.not_found");
  if (!may(membership.rights, right)) throw new AppError("vault.forbidden", { details: { right } });
  return { row, membership };
}

/** Whoever is added decides whether they use it; one who declines has it no more, and stands in the chain until somebody removes them. */
export async function answerVault(ctx: Ctx, { vaultId, answer }: Input<Routes["answerVault"]>) {
  const { userId } = ctx.actor;
  const membership = await findMembership(ctx.table, userId, vaultId);
  if (!membership || membership.kind === "personal") throw new AppError("vault.not_found");
  const change =
    answer === "accept" ? changeMembership(userId, vaultId, { state: "accepted" }) : deleteMembership(userId, vaultId);
  await ctx.table.write(change, audited(ctx, "vault.answered", { vaultId, answer }));
  return { done: true as const };
}
