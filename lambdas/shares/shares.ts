import { audited } from "#lambdas/audit/audit.ts";
import { getIdentity, getKeyring } from "#lambdas/keyring/keyring.ts";
import { checkAsker, checkMember, findMember } from "#lambdas/tenants/member.repository.ts";
import { findWhole } from "#lambdas/vault/items.ts";
import { checkChainEnd, findMembership, type VaultRow } from "#lambdas/vault/vault.repository.ts";
import { enterVault } from "#lambdas/vault/vaults.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Change } from "#platform/tables/change.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Share, sharesContract } from "#shared/contracts/shares.ts";
import { type ReadBundle, readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { checkItemShare, type ShareTerms } from "#shared/crypto/vault/item-share.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import {
  countOffer,
  endOf,
  endRow,
  faceOf,
  findShare,
  hasExpired,
  insertShare,
  pageSharesOf,
  renewRow,
  type ShareRow,
} from "./share.repository.ts";

type Routes = typeof sharesContract;

export async function listGiven(ctx: Ctx, { vaultId, ...page }: Input<Routes["listGiven"]>) {
  await enterVault(ctx, vaultId);
  const { rows, cursor } = await pageSharesOf(ctx.table, vaultId, page);
  return { items: rows.map((row) => faceOf(row, ctx.now())), cursor };
}

/** The granter has signed it; the platform keeps what its recipient would accept, and nothing else. */
export async function createShare(ctx: Ctx, input: Input<Routes["create"]>): Promise<Share> {
  const { row, writes } = await describeShare(ctx, input, { state: "offered" });
  const { id: shareId, vaultId, itemId, to, level } = row;
  await ctx.table.write(
    ...writes,
    await countOffer(ctx.table, row),
    audited(ctx, "share.offered", { shareId, vaultId, itemId, to, level }),
  );
  return faceOf(row, ctx.now());
}

/** What is to be written for a share. One that its recipient asked for by a grant is theirs at once, and is no offer. */
export async function describeShare(
  ctx: Ctx,
  input: Input<Routes["create"]>,
  as: { readonly state: "offered" } | { readonly state: "accepted"; readonly isOfGrant: true },
): Promise<{ readonly row: ShareRow; readonly writes: readonly Change[] }> {
  const { id, vaultId, itemId, to, level, expiresAt, opensMax } = input;
  const now = ctx.now();
  if (expiresAt !== null && hasExpired({ endsAt: expiresAt }, now)) throw new AppError("share.expired");
  if (to === ctx.actor.userId) throw refusal("to", "expected somebody else");
  const recipient = await getRecipient(ctx, to);
  const terms = { shareId: id, granter: ctx.actor.userId, recipient: to, level, untilMs: msOf(expiresAt), opensMax };
  const { vault, sealing } = await demandSealed(ctx, input, { vaultId, itemId, terms, recipient });
  const row: ShareRow = {
    ...{ id, vaultId, itemId, level, from: ctx.actor.userId, to, opensMax, ...sealing },
    ...{ ...as, opens: 0, endsAt: endOf(expiresAt), createdAt: now.toISOString() },
  };
  const writes = [
    checkChainEnd(vault), // who lost the right to share meanwhile has not shared
    checkAsker(ctx),
    checkMember(to, "vault.member_unknown"), // and who was removed meanwhile is given nothing
    ...insertShare(row),
  ];
  return { row, writes };
}

/** The same person, under the same terms: the item has another version and other keys. Only who gave it can say so. */
export async function renewShare(ctx: Ctx, { shareId, ...input }: Input<Routes["renew"]>): Promise<Share> {
  const row = await findShare(ctx.table, shareId);
  if (!row || row.from !== ctx.actor.userId) throw new AppError("share.not_found");
  const { vaultId, itemId, level, opensMax } = row;
  const now = ctx.now();
  const { expiresAt, state } = faceOf(row, now);
  if (state !== "offered" && state !== "accepted") throw new AppError("share.wrong_state", { details: { state } });
  const recipient = await getRecipient(ctx, row.to);
  const terms = { shareId, granter: row.from, recipient: row.to, level, untilMs: msOf(expiresAt), opensMax };
  const { vault, sealing } = await demandSealed(ctx, input, { vaultId, itemId, terms, recipient });
  await ctx.table.write(
    checkChainEnd(vault),
    renewRow(row, sealing, now),
    audited(ctx, "share.renewed", { shareId, vaultId, itemId, version: sealing.version }),
  );
  return faceOf({ ...row, ...sealing }, now);
}

/** Who gave it may always end it, also after they have left the vault: one of a grant with the grant, whose end they sign. */
export async function revokeShare(ctx: Ctx, { shareId }: Input<Routes["revoke"]>): Promise<Share> {
  const row = await findShare(ctx.table, shareId);
  if (!row) throw new AppError("share.not_found");
  const { vaultId, itemId, from, to, isOfGrant } = row;
  if (from === ctx.actor.userId && isOfGrant) throw new AppError("share.of_grant");
  if (from !== ctx.actor.userId) {
    const member = await findMembership(ctx.table, ctx.actor.userId, vaultId);
    if (member?.state !== "accepted") throw new AppError("share.not_found");
    if (!may(member.rights, "admin")) throw new AppError("vault.forbidden", { details: { right: "admin" } });
  }
  const now = ctx.now();
  await ctx.table.write(
    ...endRow(row, "revoked", now),
    audited(ctx, "share.revoked", { shareId, vaultId, itemId, to, opens: row.opens }),
  );
  return { ...faceOf(row, now), state: "revoked" };
}

/** What ends the share of a grant: nothing, where it has ended by itself. */
export async function describeEnd(ctx: Ctx, shareId: Id<"share">): Promise<readonly Change[]> {
  const row = await findShare(ctx.table, shareId);
  const isLiving = row?.state === "offered" || row?.state === "accepted";
  return row && isLiving ? endRow(row, "revoked", ctx.now()) : [];
}

/** A member of the organisation, by the keys that they have now. */
async function getRecipient(ctx: Ctx, userId: Id<"user">): Promise<ReadBundle> {
  const [member, identity] = await Promise.all([
    findMember(ctx.table, userId),
    getIdentity(ctx, { userId }).catch(() => undefined),
  ]);
  const last = identity?.bundles.at(-1);
  if (!member || !last) throw new AppError("vault.member_unknown");
  return readBundle(decodeBase64url(last));
}

interface Wanted {
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly terms: ShareTerms;
  readonly recipient: ReadBundle;
}

/** @throws share.refused unless the caller, who may share, signed these terms for the item as it is and the vault as it stands */
async function demandSealed(
  ctx: Ctx,
  { version, chainSeq, sealed }: Pick<Input<Routes["renew"]>, "version" | "chainSeq" | "sealed">,
  { vaultId, itemId, terms, recipient }: Wanted,
): Promise<{ readonly vault: VaultRow; readonly sealing: Parameters<typeof renewRow>[1] }> {
  const { row: vault } = await enterVault(ctx, vaultId, "share");
  const item = await findWhole(ctx.table, vaultId, itemId);
  if (!item) throw new AppError("item.not_found");
  if (item.version !== version || vault.chainSeq !== chainSeq) throw new AppError("vault.changed");
  const { bundle, hash } = readBundle(decodeBase64url((await getKeyring(ctx)).bundle));
  const { tenantId: tid } = ctx.actor;
  const { keyGen } = item;
  const place = {
    ...{ tid, vaultId, itemId, version, keyGen, ...terms },
    ...{ chain: { seq: chainSeq, hash: decodeBase64url(vault.chainHash) }, entryHash: decodeBase64url(item.entryHash) },
    contentHash: decodeBase64url(item.contentHash),
  };
  refuseWrong(() =>
    checkItemShare(decodeBase64url(sealed), place, { sender: bundle.signKey, recipient: recipient.bundle.kemKey }),
  );
  const toBundleHash = encodeBase64url(recipient.hash);
  return { vault, sealing: { version, keyGen, chainSeq, bundleHash: encodeBase64url(hash), toBundleHash, sealed } };
}

function refuseWrong(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("share.refused", { cause: error });
    throw error;
  }
}

const msOf = (at: string | null): number | null => (at === null ? null : new Date(at).getTime());

const refusal = (path: string, reason: string) =>
  new AppError("request.invalid", { details: { errors: [{ path, reason }] } });
