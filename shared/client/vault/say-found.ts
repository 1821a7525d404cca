import type { Id } from "#shared/ids.ts";
import { CONTACTS_ITEM } from "../people/contacts-item.ts";
import type { Found } from "./trouble.ts";

const SAYS = {
  missing: "Gone without having been removed",
  revived: "Back after having been removed",
  doubled: "There twice",
  older: "Shown in an older version than was known",
} as const satisfies Record<keyof Found, string>;

const list = new Intl.ListFormat("en");

/** A sentence for each thing that is not as it was, with the items by name as far as they are known. */
export const sayFound = (found: Found, nameOf: (id: Id<"item">) => string = (id) => id): string[] =>
  Object.entries(SAYS).flatMap(([what, says]) => {
    const ids: readonly Id<"item">[] = found[what as keyof Found] ?? []; // a key of the table
    const names = ids.map((id) => (id === CONTACTS_ITEM ? "the note of whose numbers were compared" : nameOf(id)));
    return names.length > 0 ? [`${says}: ${list.format(names)}.`] : [];
  });
