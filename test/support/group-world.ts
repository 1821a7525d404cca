import type { Ctx } from "#platform/rules/context.ts";
import type { Account } from "#shared/client/keyring.ts";
import { openShares, type Shares, type SharesApi } from "#shared/client/shares/shares.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Vaults, VaultsInput } from "#shared/client/vault/vaults.ts";
import { type Right, rightsOf } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { VaultWorld } from "./vault-world.ts";

export interface Someone {
  readonly ctx: Ctx;
  readonly account: Account;
  readonly api: VaultApi;
  readonly vaults: Vaults;
}

export const EDIT: readonly Right[] = ["list", "read", "write", "delete"];
export const MANAGE: readonly Right[] = [...EDIT, "share", "admin"];

/** An organisation whose people share vaults, each by the client that the product has. */
export class GroupWorld extends VaultWorld {
  async owner(slug: string): Promise<Someone> {
    const keeper = await this.keeper(slug);
    return { ...keeper, vaults: this.vaultsOf(keeper) };
  }

  async colleague(owner: Someone, name: string, role: "admin" | "member" = "member"): Promise<Someone> {
    const ctx = this.ctx(await this.join(owner.ctx as Parameters<VaultWorld["join"]>[0], `${name}@work.example`, role));
    const keys = await this.giveKeys(ctx);
    return { ctx, ...keys, vaults: this.vaultsOf(keys) };
  }

  /** The items somebody shares one by one and is given, on a device of theirs. */
  sharesOf({ account, vaults }: Someone, api: SharesApi = this.sharesApiOf(account.uid)): Shares {
    return openShares({ api, account, people: vaults.people, now: this.now });
  }

  /** Another device of somebody: it has seen nothing yet. */
  freshDevice = (person: Someone, more: Partial<VaultsInput> = {}): Vaults => this.vaultsOf(person, more);
}

/** A group's vault of one person with a few others in it, who have accepted. */
export async function share(
  owner: Someone,
  others: readonly { readonly who: Someone; readonly rights: readonly Right[] }[],
): Promise<{ readonly vaultId: Id<"vault">; readonly book: VaultBook }> {
  const vaultId = await owner.vaults.create("Finance");
  const book = await owner.vaults.open(vaultId);
  for (const { who, rights } of others) {
    await book.addMember(who.account.uid, rightsOf(rights));
    await who.api.answerVault({ vaultId, answer: "accept" });
  }
  return { vaultId, book };
}
