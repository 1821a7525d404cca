import * as z from "zod";
import type { DirectoryChange, Tests } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { hashSecret } from "#platform/tokens/secret.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   pk                          sk       item
 *   LINK#<hash of the secret>   SECRET   which link a secret opens; stays a week longer than the link
 *   LINK#<linkId>               LINK     the link: who it is for, which browser asked, what was tried
 */
export const LinkRow = z.object({
  id: idOf("link"),
  email: z.string(),
  secretHash: z.string(),
  browserHash: z.string(),
  codeHash: z.string().nullable(), // null until the code was shown: before that no guess can be right
  tries: z.int(),
  state: z.enum(["open", "used"]),
  device: z.string(),
  expiresAt: z.string(),
  ttlSeconds: z.int(),
});
export type LinkRow = z.infer<typeof LinkRow>;

export type LinkProof = { readonly secretHash: string } | { readonly codeHash: string };

export const CODE_TRIES_MAX = 5;
const KNOWN_SECONDS = 7 * 86_400;
const LINK = "LINK";

export const hashLinkSecret = (secret: string): string => hashSecret("link", secret);

export async function findLink(directory: Directory, linkId: Id<"link">): Promise<LinkRow | undefined> {
  const row = await directory.at(`LINK#${linkId}`).get(LINK);
  return row && LinkRow.parse(row);
}

/** A link that it names and that is not there has ended by its time. */
export async function findLinkId(directory: Directory, secret: string): Promise<Id<"link"> | undefined> {
  const row = await directory.at(`LINK#${hashLinkSecret(secret)}`).get("SECRET");
  return row && idOf("link").parse(row["linkId"]);
}

export const insertLink = (link: LinkRow): DirectoryChange[] => [
  { do: "insert", pk: `LINK#${link.id}`, sk: LINK, item: link, otherwise: "request.conflict" },
  {
    do: "insert",
    pk: `LINK#${link.secretHash}`,
    sk: "SECRET",
    item: { linkId: link.id, ttlSeconds: link.ttlSeconds + KNOWN_SECONDS },
    otherwise: "request.conflict",
  },
];

const whileOpen = (linkId: Id<"link">, more: Tests) =>
  ({
    do: "update",
    pk: `LINK#${linkId}`,
    sk: LINK,
    if: { state: "open", tries: { lt: CODE_TRIES_MAX }, ...more },
    otherwise: "link.invalid",
  }) as const;

export const showCode = (linkId: Id<"link">, codeHash: string): DirectoryChange => ({
  ...whileOpen(linkId, {}),
  set: { codeHash },
});

/** A try is counted before it is judged, so that tries made at once cannot share one. */
export const countTry = (linkId: Id<"link">) => ({ ...whileOpen(linkId, {}), add: { tries: 1 } }) as const;

/** The one write that uses a link up: of any number at once, one succeeds. A code's own try was counted before. */
export const consumeLink = (linkId: Id<"link">, proof: LinkProof): DirectoryChange => ({
  do: "update",
  pk: `LINK#${linkId}`,
  sk: LINK,
  set: { state: "used" },
  if: { state: "open", tries: { lte: "codeHash" in proof ? CODE_TRIES_MAX : CODE_TRIES_MAX - 1 }, ...proof },
  otherwise: "link.invalid",
});
