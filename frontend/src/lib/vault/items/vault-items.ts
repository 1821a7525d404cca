import { ApiError } from "#shared/client/api-client.ts";
import type { At } from "#shared/client/vault/change.ts";
import type { VaultHead } from "#shared/client/vault/head.ts";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import type { Secret } from "#shared/client/vault/items/seal-item.ts";
import type { Progress } from "#shared/client/vault/reseal.ts";
import { NeedsOpening } from "#shared/client/vault/trouble.ts";
import type { OpenItem, VaultBook } from "#shared/client/vault/vault-book.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import { makeStore, type Store } from "../../agent-session/view/store.ts";

/**
 * reading: what has come so far, not yet known to be all · whole: everything, checked · old: as it was read last, since the service does not
 * answer · refused: the service shows something else than was kept · gone: one does not belong to it any more · closed: it
 * takes several to open it
 */
export interface ItemsView {
  readonly is: "reading" | "whole" | "old" | "refused" | "gone" | "closed";
  readonly items: readonly Listed[];
  readonly error?: unknown;
  /** Of a refused one: what this session had read of it before, to name what is not as it was. */
  readonly before?: readonly Listed[];
  /** What the vault's chain says, as it was read last: whose it is, and what one may do. */
  readonly head?: VaultHead;
  /** How far it is sealed under its newest key. */
  readonly progress?: Progress;
}

/** The items of a vault while the person's own is open. They are in memory only, and go with it. */
export interface VaultItems extends Pick<Store<ItemsView>, "get" | "subscribe"> {
  /** Reads the list, or looks whether it changed. */
  refresh(): Promise<void>;
  read(itemId: Id<"item">): Promise<OpenItem>;
  save(at: At, secret: Secret): Promise<Listed>;
  saveFile: VaultBook["saveFile"];
  openFile: VaultBook["openFile"];
  remove(items: readonly At[]): Promise<void>;
  /** Changes who belongs to it, and reads it again. */
  step(change: (book: VaultBook) => Promise<void>): Promise<void>;
  /** Goes on with sealing under the newest key, where that was broken off. What `onProgress` throws breaks it off again. */
  reseal(onProgress: (progress: Progress) => void): Promise<void>;
  /** The vault itself, opened when it is first asked for. */
  book(): Promise<VaultBook>;
}

/** What others do with it. */
export interface Hearing {
  /** Of each item that was written or removed. */
  readonly onWritten: () => void;
  /** Of each time that all was read. */
  readonly onRead: () => void;
}

export function keepItems(open: () => Promise<VaultBook>, { onWritten, onRead }: Hearing): VaultItems {
  const store = makeStore<ItemsView>({ is: "reading", items: [] });
  const fail = (error: unknown) =>
    store.change((view) => {
      if (error instanceof NeedsOpening) return { is: "closed", items: [] };
      if (error instanceof CryptoError) return { is: "refused", items: [], error, before: view.before ?? view.items };
      if (error instanceof ApiError && error.code === "vault.not_found") return { is: "gone", items: [] };
      return { ...view, is: "old", error };
    });
  const refresh = async () => {
    try {
      const book = await open();
      const isFirst = store.get().is !== "whole";
      const items = await book.list(
        (some) =>
          isFirst &&
          store.change(({ before }) => ({
            ...{ is: "reading", items: some, head: book.head() },
            ...(before && { before }),
          })),
      );
      store.change(() => ({ is: "whole", items, head: book.head(), progress: book.progress() }));
      onRead();
    } catch (error) {
      fail(error);
    }
  };
  const wrote = (listed: Listed): Listed => {
    store.change((view) => ({ ...view, items: [...view.items.filter(({ id }) => id !== listed.id), listed] }));
    onWritten();
    return listed;
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    refresh,
    book: open,
    read: async (itemId) => (await open()).read(itemId),
    save: async (at, secret) => wrote(await (await open()).save(at, secret)),
    saveFile: async (...file) => wrote(await (await open()).saveFile(...file)),
    openFile: async (...file) => (await open()).openFile(...file),
    async remove(gone) {
      try {
        await (await open()).remove(gone);
      } finally {
        onWritten();
        await refresh(); // some may be gone, and some not
      }
    },
    async step(change) {
      try {
        await change(await open());
      } finally {
        await refresh();
      }
    },
    async reseal(onProgress) {
      await (await open()).reseal(onProgress);
      await refresh();
    },
  };
}
