import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";

export interface Found {
  /** Known before, and gone without having been removed. */
  readonly missing?: readonly Id<"item">[];
  /** Removed before, and there again. */
  readonly revived?: readonly Id<"item">[];
  /** Served twice. */
  readonly doubled?: readonly Id<"item">[];
  /** Served in an older version than was known. */
  readonly older?: readonly Id<"item">[];
}

/** What was served does not come to what the manifest signs. Items are named as far as this client knew them before. */
export class VaultTrouble extends CryptoError {
  readonly found: Found;
  constructor(found: Found = {}) {
    super("crypto.manifest");
    this.found = found;
  }
}

/** A vault that nobody opens alone: it takes the shares of several. */
export class NeedsOpening extends Error {
  override readonly name = "NeedsOpening";
  constructor() {
    super("This vault opens only with the shares of several holders.");
  }
}

/** Somebody changed or removed an item since it was read: the change was not made, and nothing was overwritten. */
export class ItemChanged extends Error {
  override readonly name = "ItemChanged";
  readonly itemId: Id<"item">;
  constructor(itemId: Id<"item">) {
    super("The item was changed elsewhere.");
    this.itemId = itemId;
  }
}
