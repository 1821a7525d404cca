import { audited } from "#lambdas/audit/audit.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import { findWhole } from "#lambdas/vault/items.ts";
import { readChain } from "#lambdas/vault/vault.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { OpenedShare, ShareEvidence, sharesContract } from "#shared/contracts/shares.ts";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import {
  acceptRow,
  countOpen,
  endRow,
  faceOf,
  findShare,
  hasExpired,
  listSharesTo,
  type ShareRow,
} from "./share.repository.ts";

type Routes = typeof sharesContract;

export async function listReceived({ actor, table, now }: Ctx) {
  const rows = await listSharesTo(table, actor.userId);
  return { items: rows.filter(({ to }) => to === actor.userId).map((row) => faceOf(row, now())) };
}

/** Declining takes what was kept for them away; that it was declined is told to who gave it. */
export async function answerShare(ctx: Ctx, { shareId, answer }: Input<Routes["answer"]>) {
  const row = await getMine(ctx, shareId);
  const { vaultId, itemId } = row;
  if (answer === "accept") demandLiving(row, ctx.now(), "offered");
  await ctx.table.write(
    ...(answer === "accept" ? [acceptRow(row, ctx.now())] : endRow(row, "declined", ctx.now())),
    audited(ctx, answer === "accept" ? "share.accepted" : "share.declined", { shareId, vaultId, itemId }),
  );
  return { done: true as const };
}

export async function getShare(ctx: Ctx, { shareId }: Input<Routes["get"]>): Promise<ShareEvidence> {
  const row = await getMine(ctx, shareId);
  demandLiving(row, ctx.now(), "accepted");
  return (await readEvidence(ctx, row)).evidence;
}

/** What is answered was read first, so that nothing is counted which cannot be answered. */
export async function openShare(ctx: Ctx, { shareId }: Input<Routes["open"]>): Promise<OpenedShare> {
  const row = await getMine(ctx, shareId);
  demandLiving(row, ctx.now(), "accepted");
  if (row.opensMax !== null && row.opens >= row.opensMax) throw new AppError("share.spent");
  const { evidence, content } = await readEvidence(ctx, row);
  const { vaultId, itemId, level } = row;
  try {
    await ctx.table.write(countOpen(row, ctx.now()), audited(ctx, "share.opened", { shareId, vaultId, itemId, level }));
  } catch (error) {
    if (!(error instanceof AppError && error.code === "share.spent")) throw error;
    const now = await getMine(ctx, shareId);
    demandLiving(now, ctx.now(), "accepted"); // it may have ended meanwhile, or been sealed anew, and not been the last
    throw now.version === row.version ? error : new AppError("request.conflict", { cause: error });
  }
  const share = { ...evidence.share, opens: row.opens + 1 };
  return { ...evidence, share, content: level === "read" ? content : null };
}

/** @throws share.not_found for whoever it is not for, as for one that is not there or has been taken back */
async function getMine({ actor, table }: Ctx, shareId: Id<"share">): Promise<ShareRow & { readonly sealed: string }> {
  const row = await findShare(table, shareId);
  if (!row || row.to !== actor.userId || row.sealed === null) throw new AppError("share.not_found");
  return { ...row, sealed: row.sealed };
}

function demandLiving(row: ShareRow, now: Date, expected: "offered" | "accepted"): void {
  if (hasExpired(row, now)) throw new AppError("share.expired");
  const { state } = row;
  if (state !== expected) throw new AppError("share.wrong_state", { details: { state } });
}

/** The item as its vault has it now; a share of an earlier version, or to keys that its recipient has no more, opens nothing and says so. */
async function readEvidence(ctx: Ctx, row: ShareRow & { readonly sealed: string }) {
  const { vaultId, itemId, version, bundleHash, sealed, chainSeq, level } = row;
  const [item, steps, { bundle }] = await Promise.all([
    findWhole(ctx.table, vaultId, itemId),
    readChain(ctx.table, vaultId),
    getKeyring(ctx),
  ]);
  if (!item) throw new AppError("item.not_found");
  const isToPresent = row.toBundleHash === encodeBase64url(readBundle(decodeBase64url(bundle)).hash);
  if (item.version !== version || !isToPresent) throw new AppError("share.outdated");
  const evidence: ShareEvidence = {
    ...{ share: faceOf(row, ctx.now()), sealed, bundleHash, chain: steps.slice(0, chainSeq), entry: item.entry },
    contentHash: level === "read" ? item.contentHash : null,
  };
  return { evidence, content: item.content };
}
