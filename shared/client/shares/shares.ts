import type { Share, sharesContract } from "#shared/contracts/shares.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type ShareLevel, sealItemShare } from "#shared/crypto/vault/item-share.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { People } from "../people/people.ts";
import type { VaultBook } from "../vault/vault-book.ts";
import { openItem, openName, type SharedItem, type SharedName } from "./open-share.ts";

export type SharesApi = Client<typeof sharesContract>;

export interface SharesInput {
  readonly api: SharesApi;
  readonly account: Account;
  readonly people: People;
  readonly now: () => Date;
}

export interface Terms {
  readonly to: Id<"user">;
  readonly level: ShareLevel;
  readonly expiresAt: Date | null;
  readonly opensMax: number | null;
}

/** A file lies beside its vault, where only members can fetch it: its name can be shared, what is in it cannot. */
class FileNotShared extends Error {
  override readonly name = "FileNotShared";
  constructor() {
    super("A file cannot be shared by itself, only its name. Put it in a vault that you share.");
  }
}

/** What came of ending a share: sealed anew, unless this account may not write in the vault. */
export interface Revoked {
  readonly share: Share;
  readonly isSealedAnew: boolean;
  /** They had opened the secret: it should be changed at its provider, and the item says so. */
  readonly isExposed: boolean;
}

/** The items that an account shares one by one, and those that others share with it. */
export interface Shares {
  received(): Promise<readonly Share[]>;
  answer(shareId: Id<"share">, answer: "accept" | "decline"): Promise<void>;
  /** The name of an accepted one; it is not counted as an open. @throws CryptoError unless its granter might share it and signed it */
  name(shareId: Id<"share">): Promise<SharedName>;
  /** Counts as an open. @throws as `name`; ApiError("share.spent"), ("share.expired"), ("share.outdated") */
  open(shareId: Id<"share">): Promise<SharedItem>;
  /** Those of a vault, living and lately ended. */
  given(vaultId: Id<"vault">): Promise<readonly Share[]>;
  /** @throws FileNotShared, PersonChanged, ItemChanged */
  give(book: VaultBook, itemId: Id<"item">, terms: Terms): Promise<Share>;
  revoke(book: VaultBook, share: Share): Promise<Revoked>;
  /**
   * Seals the newer versions of items for those they are shared with, to the keys these have now, and signs what earlier keys of this
   * account signed. Who cannot be sealed to hinders no other. @returns how many of this account's shares were behind
   * @throws PersonChanged and the like, after the rest is done
   */
  renew(book: VaultBook): Promise<number>;
}

export function openShares(input: SharesInput): Shares {
  const { api, now } = input;
  const given = async (vaultId: Id<"vault">): Promise<Share[]> => {
    const all: Share[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.listGiven({ vaultId, limit: 100, cursor });
      all.push(...page.items);
      cursor = page.cursor ?? undefined;
    } while (cursor);
    return all;
  };
  return {
    given,
    received: async () => (await api.listReceived({})).items,
    answer: async (shareId, answer) => void (await api.answer({ shareId, answer })),
    name: async (shareId) => openName(input, demandAsked(shareId, await api.get({ shareId }))),
    open: async (shareId) => openItem(input, demandAsked(shareId, await api.open({ shareId }))),
    async give(book, itemId, { to, level, expiresAt, opensMax }) {
      const item = (await book.list()).find((one) => one.id === itemId);
      if (item?.entry?.type === "file" && level === "read") throw new FileNotShared();
      const id = newId("share", now());
      const until = expiresAt?.toISOString() ?? null;
      const sealing = await sealFor(input, book, { id, itemId, to, level, expiresAt: until, opensMax });
      return api.create({ vaultId: book.vaultId, id, itemId, to, level, expiresAt: until, opensMax, ...sealing });
    },
    async revoke(book, { id: shareId }) {
      const share = await api.revoke({ shareId });
      const isExposed = share.level === "read" && share.opens > 0;
      const mayWrite = may(book.head().rights, "write");
      if (mayWrite) await book.resealOne(share.itemId, isExposed ? now() : undefined);
      if (mayWrite) await renewIn(input, book, await given(book.vaultId));
      return { share, isSealedAnew: mayWrite, isExposed };
    },
    renew: async (book) => renewIn(input, book, await given(book.vaultId)),
  };
}

/** What the platform answers has to be about the share that was asked for: the rest of it is bound to that by the signature. */
export function demandAsked<T extends { readonly share: Share }>(shareId: Id<"share">, served: T): T {
  return { ...served, share: { ...served.share, id: shareId } };
}

type Sealed = Pick<Share, "id" | "itemId" | "to" | "level" | "expiresAt" | "opensMax">;

/** The keys of the item as it is now, for the recipient as they are known here. @throws PersonChanged, ItemChanged */
export async function sealFor(
  { account, people }: Pick<SharesInput, "account"> & { readonly people: Pick<People, "learnAgain" | "get"> },
  book: VaultBook,
  share: Sealed,
) {
  const { id: shareId, itemId, to, level, expiresAt, opensMax } = share;
  await people.learnAgain(to); // sealed to the keys they have now
  const { version, keyGen, entryKey, contentKey, entryHash, contentHash } = await book.partsOf(itemId, level);
  const { chain } = book.head();
  const place = {
    ...{ tid: account.tid, vaultId: book.vaultId, itemId, version, keyGen, entryHash, contentHash },
    ...{ shareId, granter: account.uid, recipient: to, level, opensMax, chain },
    untilMs: expiresAt === null ? null : new Date(expiresAt).getTime(),
  };
  const parties = { sender: account.identity.sign, recipient: people.get(to).kemKey };
  const sealed = sealItemShare({ entry: entryKey, content: contentKey }, place, parties);
  return { version, chainSeq: chain.seq, sealed: encodeBase64url(sealed) };
}

async function renewIn(input: SharesInput, book: VaultBook, shares: readonly Share[]): Promise<number> {
  const mine = shares.filter((share) => isLivingOf(input.account, share));
  if (mine.length === 0) return 0;
  const versions = new Map((await book.list()).map(({ id, version }) => [id, version]));
  const signedBy = encodeBase64url(input.account.bundleHash);
  const troubles: CryptoError[] = [];
  let renewed = 0;
  for (const [to, theirs] of Map.groupBy(mine, (share) => share.to)) {
    try {
      await input.people.learnAgain(to);
      const sealedTo = encodeBase64url(input.people.get(to).bundleHash);
      const behind = theirs.filter(({ itemId, version, toBundleHash, fromBundleHash }) => {
        const isOfNow = toBundleHash === sealedTo && fromBundleHash === signedBy;
        return versions.has(itemId) && (versions.get(itemId) !== version || !isOfNow);
      });
      for (const share of behind) await input.api.renew({ shareId: share.id, ...(await sealFor(input, book, share)) });
      renewed += behind.length;
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      troubles.push(error);
    }
  }
  if (troubles[0]) throw troubles[0];
  return renewed;
}

/** Given by this account and not ended. */
export const isLivingOf = ({ uid }: Pick<Account, "uid">, { from, state }: Share): boolean =>
  from === uid && (state === "offered" || state === "accepted");
