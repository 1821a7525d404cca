import type { SealTrouble } from "../../components/seal/seal.tsx";
import type { ItemsView } from "../../lib/vault/items/vault-items.ts";

/** What is amiss with the seal of a vault. @param unverified how many other members' numbers were not compared; undefined while nobody knows */
export function describeSeal(
  { is, items }: Pick<ItemsView, "is" | "items">,
  unverified: number | undefined,
): SealTrouble | undefined {
  if (is === "refused") return REFUSED;
  if (is === "old" && items.length > 0) return OLD;
  return unverified
    ? { ...UNVERIFIED, words: `Sealed, ${unverified} unverified`, what: whatOf(unverified) }
    : undefined;
}

const REFUSED: SealTrouble = {
  tone: "bad",
  words: "Blocked",
  title: "What the service shows does not hold",
  what: "Signatures or numbers of this vault are not the ones that its members' devices made. Nothing of it is shown, and nothing is written to it.",
  todo: "Tell your administrator, and type no secret into this page until it is explained.",
};

const OLD: SealTrouble = {
  tone: "warn",
  words: "Sealed, not current",
  title: "Sealed, and shown as it was read last",
  what: "The service does not answer. Whether something was changed or taken back since, this device cannot tell.",
  todo: "Try again when you are connected. What you type waits in its form.",
};

const UNVERIFIED = {
  tone: "warn",
  title: "Sealed, also for people whose number was not compared",
  todo: "Open the list of people beside the vault, and compare the number with each who is unverified, face to face or by a call.",
} as const;

const whatOf = (count: number): string =>
  count === 1
    ? "One member is known only by the keys that the service gave. If it gave its own, it reads what is sealed for that member."
    : `${count} members are known only by the keys that the service gave. If it gave its own, it reads what is sealed for them.`;
