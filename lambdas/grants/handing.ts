import { describeEnd, describeShare } from "#lambdas/shares/shares.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Change } from "#platform/tables/change.ts";
import type { grantsContract } from "#shared/contracts/grants.ts";
import type { Input } from "#shared/contracts/route.ts";
import { shareIdOf } from "#shared/crypto/grants/grant.ts";
import { AppError } from "#shared/errors.ts";
import type { GrantRow } from "./grant.repository.ts";

interface Handing {
  readonly handed: GrantRow["handed"];
  readonly writes: readonly Change[];
}

/**
 * What an approval hands over: the item's keys as a share under the grant's id, with its end, in the transaction that approves.
 * @throws grant.wider where the secret itself was not asked for; what a share is refused with
 */
export async function describeHanding(
  ctx: Ctx,
  row: GrantRow,
  { tier, share, notAfter }: Pick<Input<(typeof grantsContract)["approve"]>, "tier" | "share" | "notAfter">,
): Promise<Handing> {
  if (tier === "sealed" && row.tier !== "sealed") throw new AppError("grant.wider");
  if ((tier === "sealed") !== (share !== undefined)) throw refusal(tier);
  if (!share) return { handed: null, writes: [] };
  const { vaultId, itemId } = share;
  const terms = { level: "read", expiresAt: notAfter, opensMax: null } as const;
  const asked = { ...share, ...terms, id: shareIdOf(row.id), to: row.subjectId };
  const { writes } = await describeShare(ctx, asked, { state: "accepted", isOfGrant: true });
  return { handed: { vaultId, itemId }, writes };
}

/** What was handed over ends with the grant, in the same transaction. */
export const describeEndOf = async (ctx: Ctx, { id, tier }: GrantRow): Promise<readonly Change[]> =>
  tier === "sealed" ? describeEnd(ctx, shareIdOf(id)) : [];

const refusal = (tier: GrantRow["tier"]) =>
  new AppError("request.invalid", {
    details: {
      errors: [
        { path: "share", reason: tier === "sealed" ? "expected the sealed keys" : "expected none in this tier" },
      ],
    },
  });
