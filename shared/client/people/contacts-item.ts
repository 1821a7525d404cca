import { labelOf } from "#shared/crypto/encoding/purposes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { type Id, idFromBytes } from "#shared/ids.ts";

/** Where a vault keeps its owner's contacts: an item that no list shows, the same id in every vault. */
export const CONTACTS_ITEM: Id<"item"> = idFromBytes("item", sha256(labelOf("contacts-item")).slice(0, 16));
