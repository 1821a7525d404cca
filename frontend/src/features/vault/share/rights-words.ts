import type { Right } from "#shared/crypto/vault/rights.ts";

/** What somebody may do, said to them. */
export function sayRights(rights: readonly Right[]): string {
  const has = (right: Right) => rights.includes(right);
  if (has("admin")) return "You look after it.";
  if (has("write")) return has("delete") ? "You may read and change what is in it." : "You may read, add and change.";
  if (has("read")) return "You may read what is in it.";
  return "You see the names of what is in it, and cannot open it.";
}
