import * as z from "zod";
import type { OfferedItem, VaultOffer } from "#shared/channel/app-vault.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import { KINDS } from "../vault/items/item-kinds.ts";
import type { Content } from "../vault/items/item-model.ts";
import { ItemChanged } from "../vault/trouble.ts";
import type { VaultBook } from "../vault/vault-book.ts";
import type { Vaults } from "../vault/vaults.ts";
import type { ItemGrant } from "./grants.ts";
import type { SealedGrants } from "./sealed-grants.ts";

/** What an agent is never given: it has no use for a note beside a secret, and a refresh token is the person's own. */
const KEPT_BACK: readonly string[] = ["note", "refreshToken"];

type Books = Pick<Vaults, "open">;

/**
 * All the agent may hold now. What was removed, or lies in a vault that the person does not belong to any more, is not in it. Vaults are
 * opened only if there is something to read. @throws CryptoError where a vault is not shown as it was left
 */
export async function makeOffer(
  { version, grants: { isLocked, items } }: SealedGrants,
  openVaults: () => Promise<Books>,
): Promise<VaultOffer> {
  if (isLocked || items.length === 0) return { version, isLocked, items: [] };
  const vaults = await openVaults();
  const read = await Promise.all(items.map((grant) => offerOne(vaults, grant)));
  return { version, isLocked, items: read.filter((item) => item !== undefined) };
}

async function offerOne(vaults: Books, { vaultId, itemId, as, sites }: ItemGrant): Promise<OfferedItem | undefined> {
  try {
    const { content, version } = await (await openById(vaults, vaultId)).read(itemId);
    return { itemId, itemVersion: version, as, sites, fields: fieldsOf(content) };
  } catch (error) {
    if (isNothingToGive(error)) return undefined;
    throw error;
  }
}

/** It is not there any more, not open to us, or another member put something there that is no item: the others are given all the same. */
export const isNothingToGive = (error: unknown): boolean =>
  error instanceof ItemChanged || error instanceof z.ZodError || error instanceof SyntaxError || isClosedToUs(error);

export const isClosedToUs = (error: unknown): boolean =>
  error instanceof ApiError && (error.problem?.status === 403 || error.problem?.status === 404);

/** One's own vault goes by another name than its id. */
export async function openById(vaults: Books, vaultId: Id<"vault">): Promise<VaultBook> {
  const own = await vaults.open("own");
  return own.vaultId === vaultId ? own : vaults.open(vaultId);
}

/** What of an item an agent is given; of a file nothing, since it has no way to it. */
export function fieldsOf(content: Content): OfferedItem["fields"] {
  if (content.type === "file") return [];
  const { type, ...values } = content;
  const texts: Readonly<Record<string, string>> = values;
  return KINDS[type].fields
    .filter(({ name }) => !KEPT_BACK.includes(name))
    .map(({ name, is }) => ({ name, value: texts[name] ?? "", isHidden: is?.startsWith("hidden") ?? false }))
    .filter(({ value }) => value !== "");
}
