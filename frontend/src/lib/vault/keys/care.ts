import { keyAgeOf } from "#shared/client/vault/keys/key-age.ts";
import type { Which } from "#shared/client/vault/state.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { VaultMembership } from "#shared/contracts/vault.ts";
import { currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { takeTurns } from "#shared/turns.ts";
import { keepTrying } from "../../keep-trying.ts";
import type { VaultItems } from "../items/vault-items.ts";
import { type Care, careNews } from "./care-news.ts";

export interface CareMeans {
  list(): Promise<readonly VaultMembership[]>;
  itemsOf(which: Which): VaultItems;
  /** Under which generation of its key this device has seen all of a vault: it need not read it again to know. */
  readonly sealed: {
    read(vaultId: Id<"vault">): Promise<number | undefined>;
    write(vaultId: Id<"vault">, keyGen: number): Promise<void>;
  };
  /** Gives anew what single items of a vault were shared with others. */
  renewShares(book: VaultBook): Promise<unknown>;
  readonly now: () => Date;
}

/**
 * The keys of vaults while the person's own is open: a key that is due is changed by whoever looks after the vault, and what lies under an
 * earlier one is sealed anew by whoever may write; one vault after the other, on any device, from where it was broken off. Of two devices
 * that do the same, one is first, and the other goes on from there.
 */
export interface VaultCare {
  /** Every vault that one has. */
  begin(): void;
  /** One that was just read. */
  see(which: Which): void;
  /** One whose trouble was shown. */
  again(which: Which): void;
  /** The vault was locked: nothing is sealed any more. */
  stop(): void;
}

export function openCare(means: CareMeans): VaultCare {
  const kept = new Map<Which | "all", () => void>();
  const more = new Set<Which>(); // seen again while in work
  const inTurn = takeTurns();
  let isStopped = false;
  const demandOpen = () => {
    if (isStopped) throw new Error("The vault was locked.");
  };
  const say = (next: Care) => {
    demandOpen();
    careNews.change((all) => [...without(all, next.which), next]);
  };
  const forget = (which: Which) => {
    kept.get(which)?.();
    kept.delete(which);
    if (isStopped) return; // what is told now is of the care that came after
    careNews.change((all) => (all.some((care) => care.which === which) ? without(all, which) : all));
  };
  const fail = (which: Which, error: unknown, isTriedAgain: boolean) => {
    const doing = careNews.get().find((care) => care.which === which);
    if (doing) say({ ...doing, trouble: { error, isTriedAgain } });
    else if (!isTriedAgain) kept.delete(which); // it could not be opened, which its page says
  };
  const see = (which: Which) => {
    if (isStopped) return;
    if (kept.has(which)) {
      more.add(which);
      return;
    }
    const work = async () => {
      do {
        more.delete(which);
        await tend(means, which, say);
      } while (more.has(which));
      forget(which);
    };
    kept.set(
      which,
      keepTrying(
        () => inTurn(work),
        (error, isTriedAgain) => fail(which, error, isTriedAgain),
      ),
    );
  };
  const walk = async () => {
    for (const { id, kind, state, rights } of await means.list())
      if (state === "accepted" && kind !== "threshold" && (rights.includes("write") || rights.includes("admin")))
        see(kind === "personal" ? "own" : id);
  };
  return {
    begin: () =>
      void (
        !isStopped &&
        kept.set(
          "all",
          keepTrying(walk, () => undefined),
        )
      ),
    see,
    again(which) {
      forget(which);
      see(which);
    },
    stop() {
      isStopped = true;
      for (const end of kept.values()) end();
      careNews.change(() => []);
    },
  };
}

const without = (all: readonly Care[], which: Which): Care[] => all.filter((care) => care.which !== which);

async function tend(means: CareMeans, which: Which, say: (care: Care) => void): Promise<void> {
  const items = means.itemsOf(which);
  const book = await items.book();
  for (;;) {
    const { chain, rights, name } = book.head();
    const { due, days } = keyAgeOf(chain, means.now());
    if (due && may(rights, "admin")) {
      say({ which, name, does: { is: "changing", due, days } });
      await items.step((opened) => opened.rotate());
    } else if (!may(rights, "write") || (await isSealed(means, items, book))) return;
    else {
      const tell = ({ done, of }: { done: number; of: number }) =>
        say({ which, name, does: { is: "sealing", done, of } });
      tell(book.progress());
      await items.reseal(tell);
      await means.renewShares(book).catch(() => undefined); // what is behind says so to who opens it, and is renewed the next time
    }
  }
}

/** Whether all that opens lies under the newest key. Of a vault that was not read yet, this device may know it already. */
async function isSealed({ sealed }: CareMeans, items: VaultItems, book: VaultBook): Promise<boolean> {
  const keyGen = currentKeyGen(book.head().chain);
  if (keyGen === 1) return true;
  const isNoted = (await sealed.read(book.vaultId)) === keyGen;
  if (items.get().is !== "whole") {
    if (isNoted) return true;
    await items.refresh();
  }
  const view = items.get();
  if (view.is !== "whole") throw view.error ?? new Error("The vault is there no more.");
  const { done, of, stuck } = book.progress();
  const isWhole = done + stuck.length >= of;
  if (isWhole && !isNoted) await sealed.write(book.vaultId, keyGen);
  return isWhole;
}
