import type { OfferedItem, VaultHeld, VaultOffer } from "#shared/channel/app-vault.ts";

/** The items of its owner's vault that the agent may use, in this process's memory and nowhere else. */
export interface Holdings {
  /** False for an offer from before the last: what was taken back does not come again by a device that has not heard of it. */
  take(offer: VaultOffer): boolean;
  /** What was offered to tasks before this one: nothing older is taken. */
  notBefore(version: number): void;
  /** Forgets all of it, until it is offered again. */
  drop(): void;
  list(): readonly OfferedItem[];
  find(as: string): OfferedItem | undefined;
  /** By name, for the owner's devices. */
  view(): VaultHeld;
}

export function makeHoldings(): Holdings {
  let version = 0;
  let isLocked = false;
  let items: readonly OfferedItem[] = [];
  return {
    take(offer) {
      if (offer.version < version) return false;
      const before = items;
      version = offer.version;
      isLocked = offer.isLocked;
      items = offer.isLocked ? [] : offer.items.map((item) => newerOf(item, before));
      return true;
    },
    notBefore(before) {
      version = Math.max(version, before);
    },
    drop() {
      items = [];
    },
    list: () => items,
    find: (as) => items.find((item) => item.as === as),
    view: () => ({
      ...{ version, isLocked },
      items: items.map(({ itemId, itemVersion, as }) => ({ itemId, itemVersion, as })),
    }),
  };
}

/** A device that has not read the vault lately may offer what the item was. Its name and places are those of the offer. */
function newerOf(item: OfferedItem, before: readonly OfferedItem[]): OfferedItem {
  const known = before.find(({ itemId }) => itemId === item.itemId);
  if (!known || known.itemVersion <= item.itemVersion) return item;
  return { ...item, itemVersion: known.itemVersion, fields: known.fields };
}
