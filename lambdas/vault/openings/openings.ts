import { audited } from "#lambdas/audit/audit.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import type { Opening } from "#shared/contracts/vault-openings.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type OpeningRequest, readOpening } from "#shared/crypto/vault/quorum.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { signerOf } from "../statements.ts";
import { enterVault } from "../vaults.ts";
import {
  findOpening,
  insertAnswer,
  insertOpening,
  listAnswers,
  listOpeningRows,
  type OpeningRow,
} from "./opening.repository.ts";

type Routes = typeof vaultContract;

const LASTS_MS = 15 * 60_000;
const CLOCK_SKEW_MS = 60_000;

/** The one who asks has signed for what: this vault, a key for this opening alone, and an end. */
export async function startOpening(ctx: Ctx, input: Input<Routes["startOpening"]>): Promise<Opening> {
  const { vaultId, id, request, reasons } = input;
  await enterShared(ctx, vaultId);
  const { notAfterMs } = await readOwn(ctx, input);
  const row: OpeningRow = {
    ...{ id, openerId: ctx.actor.userId, request, reasons },
    expiresAt: new Date(Math.min(notAfterMs, ctx.now().getTime() + LASTS_MS)).toISOString(),
  };
  await ctx.table.write(insertOpening(vaultId, row), audited(ctx, "vault.opening_asked", { vaultId, openingId: id }));
  return shownTo(ctx.actor.userId, row, []);
}

async function enterShared(ctx: Ctx, vaultId: Id<"vault">): Promise<void> {
  const { row } = await enterVault(ctx, vaultId);
  if (row.kind !== "threshold") throw new AppError("vault.not_found");
}

async function readOwn(ctx: Ctx, { vaultId, id, request }: Input<Routes["startOpening"]>): Promise<OpeningRequest> {
  const { signKey, hash } = signerOf(await getKeyring(ctx));
  const read = refuseWrong(() => readOpening(decodeBase64url(request), signKey));
  const nowMs = ctx.now().getTime();
  const isHere = read.tid === ctx.actor.tenantId && read.vaultId === vaultId && read.openingId === id;
  const isOwn = read.opener === ctx.actor.userId && equalConstantTime(read.bundleHash, hash);
  const isNow = Math.abs(read.atMs - nowMs) <= CLOCK_SKEW_MS && read.notAfterMs > nowMs;
  const isShort = read.notAfterMs - read.atMs <= LASTS_MS;
  if (!isHere || !isOwn || !isNow || !isShort) throw new AppError("opening.wrong");
  return read;
}

function refuseWrong<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("opening.wrong", { cause: error });
    throw error;
  }
}

export async function listOpenings(ctx: Ctx, { vaultId }: Input<Routes["listOpenings"]>) {
  await enterShared(ctx, vaultId);
  const rows = (await listOpeningRows(ctx.table, vaultId)).filter((row) => isOpen(ctx, row));
  const items = await Promise.all(
    rows.map(async (row) => shownTo(ctx.actor.userId, row, await listAnswers(ctx.table, vaultId, row.id))),
  );
  return { items };
}

const isOpen = ({ now }: Ctx, { expiresAt }: OpeningRow): boolean => expiresAt > now().toISOString();

function shownTo(userId: Id<"user">, { reasons, ...row }: OpeningRow, answers: Opening["answers"]): Opening {
  const reason = reasons.find((one) => one.userId === userId)?.reason ?? null;
  const shown = answers.map((one) => (row.openerId === userId ? one : { ...one, share: null }));
  return { ...row, reason, answers: shown };
}

/** Once, while it lasts, and never one's own. That a share is right only the one who asked can see. */
export async function answerOpening(ctx: Ctx, input: Input<Routes["answerOpening"]>) {
  const { vaultId, openingId, answer, share } = input;
  await enterShared(ctx, vaultId);
  const row = await findOpening(ctx.table, vaultId, openingId);
  const { userId } = ctx.actor;
  if (!row || !isOpen(ctx, row)) throw new AppError("opening.not_found");
  if (row.openerId === userId || (answer === "released") !== (share !== null)) throw new AppError("opening.wrong");
  const at = ctx.now().toISOString();
  await ctx.table.write(
    ...insertAnswer(vaultId, row, { userId, answer, share, at }),
    audited(ctx, "vault.opening_answered", { vaultId, openingId, answer }),
  );
  return { done: true as const };
}
