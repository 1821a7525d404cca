import * as z from "zod";
import { idOf } from "#shared/ids.ts";

/** What of a vault an agent may use: how many items, under which names, and where it may send them. */
export const GRANTS_MAX = 20;
const SITES_MAX = 3;

/** The name an agent knows an item by. It is chosen by the person, and is what a reference has in it. */
export const ItemAlias = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "expected small letters, digits and dashes");

/** Scheme, host and port: a secret goes there and nowhere else. Unencrypted only where the person has written so. */
const Site = z
  .string()
  .max(120)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text, {
    error: "expected a site, such as https://api.example.org",
  });
export const Sites = z.array(Site).min(1).max(SITES_MAX);

export const OfferedField = z.object({
  name: z.string().regex(/^[A-Za-z]{1,40}$/, "expected the name of a field"),
  value: z.string().min(1).max(20_000),
  isHidden: z.boolean(),
});

/** An item on its way to the agent. It travels inside the tunnel, and is kept in the task's memory alone. */
export const OfferedItem = z.object({
  itemId: idOf("item"),
  itemVersion: z.int().positive(),
  as: ItemAlias,
  sites: Sites,
  fields: z.array(OfferedField).max(10),
});
export type OfferedItem = z.infer<typeof OfferedItem>;

/** All that the agent may hold now: what is not in it, it forgets. `version` is that of the grants it was made from. */
export const VaultOffer = z.object({
  version: z.int().positive(),
  isLocked: z.boolean(),
  items: z.array(OfferedItem).max(GRANTS_MAX),
});
export type VaultOffer = z.infer<typeof VaultOffer>;

/** What the agent holds now, by name. */
export const VaultHeld = z.object({
  version: z.int().nonnegative(),
  isLocked: z.boolean(),
  items: z.array(OfferedItem.pick({ itemId: true, itemVersion: true, as: true })).max(GRANTS_MAX),
});
export type VaultHeld = z.infer<typeof VaultHeld>;
