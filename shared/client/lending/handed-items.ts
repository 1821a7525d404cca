import * as z from "zod";
import type { SharesApi } from "#shared/client/shares/shares.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type Grant, shareIdOf } from "#shared/crypto/grants/grant.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { openItem, type SharedItem } from "../shares/open-share.ts";
import { demandAsked } from "../shares/shares.ts";
import type { Vaults } from "../vault/vaults.ts";

/** Items that others have handed over by a grant, as this device reads them. Of one version the open is counted once. */
export interface HandedItems {
  /** Those there are now, by grant: what was taken back, has ended or does not hold is left out. */
  readAll(grants: readonly Grant[]): Promise<ReadonlyMap<Id<"grant">, SharedItem>>;
}

interface Means {
  readonly shares: Pick<SharesApi, "listReceived" | "open">;
  readonly account: Account;
  readonly openVaults: () => Promise<Pick<Vaults, "people">>;
}

export function openHandedItems({ shares, account, openVaults }: Means): HandedItems {
  const opened = new Map<string, SharedItem>();
  const read = async (grant: Grant, version: string): Promise<SharedItem> => {
    const known = opened.get(version);
    if (known) return known;
    const shareId = shareIdOf(grant.grantId);
    const answer = demandAsked(shareId, await shares.open({ shareId }));
    const { people } = await openVaults();
    const item = await openItem({ account, people }, answer);
    demandOfGrant(item, grant);
    opened.set(version, item);
    return item;
  };
  return {
    async readAll(grants) {
      const items = new Map<Id<"grant">, SharedItem>();
      if (grants.length === 0) return items;
      const listed = (await shares.listReceived({})).items;
      for (const grant of grants) {
        const share = listed.find(({ id }) => id === shareIdOf(grant.grantId));
        if (share?.state !== "accepted") continue;
        const version = `${share.id} ${share.version} ${share.toBundleHash}`;
        const item = await read(grant, version).catch(unlessClosed);
        if (item) items.set(grant.grantId, item);
      }
      return items;
    },
  };
}

/** One that is closed, is not what was signed, or whose issuer put no item into it, does not take the others with it. */
function unlessClosed(error: unknown): undefined {
  const isClosed = error instanceof ApiError && error.problem !== undefined && error.problem.status < 500;
  const isNone = error instanceof CryptoError || error instanceof z.ZodError || error instanceof SyntaxError;
  if (!isClosed && !isNone) throw error;
}

/** The issuer signed both, and the share under the grant's id: what else it says has to be the grant's too. */
function demandOfGrant({ share }: SharedItem, grant: Grant): void {
  const { vaultId, itemId, from, expiresAt, opensMax } = share;
  const endMs = expiresAt === null ? 0 : new Date(expiresAt).getTime();
  const isSame =
    vaultId === grant.vaultId &&
    itemId === grant.itemId &&
    from === grant.issuer.userId &&
    opensMax === null &&
    endMs === grant.notAfterMs;
  demand(isSame, "crypto.context");
}
