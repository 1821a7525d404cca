import { findTenantName } from "#lambdas/identity/people/membership.repository.ts";
import type { PersonCtx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import { Slug, type tenantsContract } from "#shared/contracts/tenants.ts";

/** Names that would pass for us, for a page of ours, or for somebody in charge. */
const RESERVED = new Set(
  `about abuse account accounts admin administrator agent agents api app assets auth billing blog cdn chat console contact
  dashboard default dev dns docs download enterprise example faq feedback files ftp git graphql health help hostmaster imap
  info internal invite invites kms legal link links localhost login logout mail me new news null ocmt openclaw operator
  postmaster pricing privacy prod production public relay root security settings signin signup smtp ssl staff staging
  static status support system team terms test tls undefined user users vault webhook webhooks webmaster well-known www`.split(
    /\s+/,
  ),
);

export const isReserved = (slug: string): boolean => RESERVED.has(slug);

export async function checkSlug({ directory }: PersonCtx, { slug }: Input<(typeof tenantsContract)["checkSlug"]>) {
  const say = (reason: "free" | "taken" | "malformed" | "reserved") => ({ slug, available: reason === "free", reason });
  if (!Slug.safeParse(slug).success) return say("malformed");
  if (isReserved(slug)) return say("reserved");
  return say((await findTenantName(directory, slug)) ? "taken" : "free");
}
