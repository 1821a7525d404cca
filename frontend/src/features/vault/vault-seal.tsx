import { membersOf } from "#shared/crypto/vault/chain.ts";
import { Seal } from "../../components/seal/seal.tsx";
import { useUnverified } from "../../lib/vault/items/use-contact.ts";
import type { ItemsView } from "../../lib/vault/items/vault-items.ts";
import { describeSeal } from "./describe-seal.ts";

/** The mark of the vault that is shown. In a vault of several it counts whose keys nobody compared. */
export function VaultSeal({ view, isOwn }: { view: ItemsView; isOwn: boolean }) {
  const members = isOwn || !view.head ? [] : membersOf(view.head.chain).map(({ person }) => person);
  const unverified = useUnverified(members);
  return <Seal kind={isOwn ? "vault" : "group"} trouble={describeSeal(view, unverified)} />;
}
