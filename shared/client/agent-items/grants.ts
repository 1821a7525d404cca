import * as z from "zod";
import { GRANTS_MAX, ItemAlias, Sites } from "#shared/channel/app-vault.ts";
import { type Id, idOf } from "#shared/ids.ts";

/** That an agent may use an item: under which name, and where it may send it. Sealed with the agent's secrets, so nobody else knows. */
export const ItemGrant = z.object({ vaultId: idOf("vault"), itemId: idOf("item"), as: ItemAlias, sites: Sites });
export type ItemGrant = z.infer<typeof ItemGrant>;

const LENT_MAX = 20;

/** Locked: the grants stay, and the agent is given none of the items. */
export const AgentGrants = z.object({
  isLocked: z.boolean(),
  items: z.array(ItemGrant).max(GRANTS_MAX),
  /** What it does for others' agents: grants that this account has signed, and has not taken back. */
  lent: z.array(idOf("grant")).max(LENT_MAX).default([]),
});
export type AgentGrants = z.infer<typeof AgentGrants>;

export const NO_GRANTS: AgentGrants = { isLocked: false, items: [], lent: [] };

/** A grant that cannot be made. `reason` says why, for the words of whoever asked. */
export class GrantRefused extends Error {
  override readonly name = "GrantRefused";
  readonly reason: keyof typeof WORDS;
  constructor(reason: GrantRefused["reason"]) {
    super(WORDS[reason]);
    this.reason = reason;
  }
}

const WORDS = {
  too_many: `An agent may use ${GRANTS_MAX} items at most.`,
  name_taken: "Another item goes by this name already.",
  lent_too_many: `An agent may act for ${LENT_MAX} grants at most. Take one back first.`,
  invalid: "A name has small letters, digits and dashes; a site looks like https://api.example.org.",
} as const;

/** One more, or the same item under other terms. @throws GrantRefused */
export function addGrant({ items, ...rest }: AgentGrants, wanted: ItemGrant): AgentGrants {
  const grant = ItemGrant.safeParse(wanted).data;
  if (!grant) throw new GrantRefused("invalid");
  const others = items.filter(({ itemId }) => itemId !== grant.itemId);
  if (others.some(({ as }) => as === grant.as)) throw new GrantRefused("name_taken");
  if (others.length >= GRANTS_MAX) throw new GrantRefused("too_many");
  return { ...rest, items: [...others, grant] };
}

export const takeBack = ({ items, ...rest }: AgentGrants, itemId: ItemGrant["itemId"]): AgentGrants => ({
  ...rest,
  items: items.filter((grant) => grant.itemId !== itemId),
});

export const setLocked = (grants: AgentGrants, isLocked: boolean): AgentGrants => ({ ...grants, isLocked });

/** The agent acts for this grant from now on. @throws GrantRefused */
export function lend({ lent, ...rest }: AgentGrants, grantId: Id<"grant">): AgentGrants {
  const others = lent.filter((id) => id !== grantId);
  if (others.length >= LENT_MAX) throw new GrantRefused("lent_too_many");
  return { ...rest, lent: [...others, grantId] };
}

export const unlend = ({ lent, ...rest }: AgentGrants, ...ids: readonly Id<"grant">[]): AgentGrants => ({
  ...rest,
  lent: lent.filter((id) => !ids.includes(id)),
});

/** A name for an item, from the one it has. */
export const aliasOf = (name: string): string =>
  name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 40)
    .replace(/-+$/, "") || "item";

/** The site of an address as people write it; undefined for what is none. */
export function siteOf(address: string): string | undefined {
  const text = address.trim();
  const url = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  return text !== "" && URL.canParse(url) ? new URL(url).origin : undefined;
}
