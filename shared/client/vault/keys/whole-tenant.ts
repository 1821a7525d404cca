import { type ChainState, membersOf } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import { ApiError } from "../../api-client.ts";
import type { VaultBook } from "../vault-book.ts";
import type { VaultsInput } from "../vaults.ts";
import { type LevelName, rightsOfLevel } from "./levels.ts";

/** Somebody of the organisation, as the platform says. */
interface InTenant {
  readonly userId: Id<"user">;
  readonly role: Role;
}

/** How the members of the organisation's vault, by its chain, differ from those of the organisation, by the platform. */
export function compareTenant<P extends InTenant>(chain: ChainState, people: readonly P[]) {
  const members = membersOf(chain).map(({ person }) => person);
  return {
    /** In the organisation and not in its vault. */
    missing: people.filter(({ userId }) => !members.includes(userId)),
    /** In the vault and in the organisation no more. */
    gone: members.filter((person) => !people.some(({ userId }) => userId === person)),
  };
}

const LEVEL_OF: Readonly<Record<Role, LevelName>> = {
  owner: "manage",
  admin: "manage",
  member: "edit",
  observer: "read",
};

/**
 * Offers the organisation's vault to these people, each as their role says. Only ever on a person's word, who has seen their names: a
 * platform that invents a colleague must not be handed the key for it.
 * @returns those who have no keys yet
 */
export async function offerToAll<P extends InTenant>(
  keyring: VaultsInput["keyring"],
  book: VaultBook,
  people: readonly P[],
): Promise<P[]> {
  const waiting: P[] = [];
  for (const person of people) {
    if (await hasKeys(keyring, person)) await book.addMember(person.userId, rightsOfLevel(LEVEL_OF[person.role]));
    else waiting.push(person);
  }
  return waiting;
}

async function hasKeys(keyring: VaultsInput["keyring"], { userId }: InTenant): Promise<boolean> {
  try {
    await keyring.getIdentity({ userId });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "identity.not_found") return false;
    throw error;
  }
}

/** Takes out who left, each with another key for those who stay, and seals everything anew. */
export async function dismissGone(book: VaultBook, gone: readonly Id<"user">[]): Promise<void> {
  for (const person of gone) await book.removeMember(person);
  await book.reseal();
}
