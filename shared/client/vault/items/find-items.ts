import type { Listed } from "./contents.ts";
import type { ItemType } from "./item-model.ts";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The items of a kind whose name or detail has every word of the search in it, by name. On this device alone. */
export function findItems(items: readonly Listed[], search: string, type: ItemType | "all"): Listed[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ entry }: Listed) => {
    if (type !== "all" && entry?.type !== type) return false;
    const text = entry ? `${entry.name} ${entry.detail}`.toLocaleLowerCase() : "";
    return words.every((word) => text.includes(word));
  };
  return items.filter(fits).sort((a, b) => collator.compare(nameOf(a), nameOf(b)) || a.id.localeCompare(b.id));
}

export const nameOf = ({ entry }: Listed): string => entry?.name ?? "Unreadable item";
