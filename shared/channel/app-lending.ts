import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { At } from "./app-model.ts";
import { OfferedField } from "./app-vault.ts";

/** What an agent does for the agents of other people, and what they do for it (docs/agent.md, grants between people). */
const LENDINGS_MAX = 20;
const Statement = z.string().regex(/^[A-Za-z0-9_-]{1,6000}$/, "expected base64url");

/** A grant that the agent's owner has signed, and the item that it is about, as it is now. */
export const LentItem = z.object({
  grant: Statement, // OCG1
  fields: z.array(OfferedField).max(10),
});
export type LentItem = z.infer<typeof LentItem>;

/** A grant to this agent. The issuer's key is the one that the owner's device has checked. */
export const BorrowedGrant = z.object({
  grant: Statement, // OCG1
  issuerKey: Statement, // of the person, who has signed it
  issuerKem: Statement, // of their agent
  what: z.string().max(200), // as the owner has asked for it
  fields: z.array(OfferedField).max(10).optional(), // of what was handed over (tier sealed), which this agent sends itself
});
export type BorrowedGrant = z.infer<typeof BorrowedGrant>;

/** All of it: what is not in it, the agent lets go. `version` is that of the agent's sealed grants. */
export const LendingOffer = z.object({
  version: z.int().positive(),
  lent: z.array(LentItem).max(LENDINGS_MAX),
  borrowed: z.array(BorrowedGrant).max(LENDINGS_MAX),
});
export type LendingOffer = z.infer<typeof LendingOffer>;

/** What the agent acts for now, and how often it has. */
export const LendingHeld = z.object({
  version: z.int().nonnegative(),
  lent: z.array(z.object({ grantId: idOf("grant"), uses: z.int().nonnegative() })).max(LENDINGS_MAX),
});
export type LendingHeld = z.infer<typeof LendingHeld>;

/** A use that waits for the owner's word: the whole request, as it would be sent. */
export const LendingAsked = z.object({
  useId: idOf("use"),
  grantId: idOf("grant"),
  request: z.string().max(150_000),
  expiresAt: At,
});
export type LendingAsked = z.infer<typeof LendingAsked>;
