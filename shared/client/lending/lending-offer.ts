import type { BorrowedGrant, LendingOffer, LentItem } from "#shared/channel/app-lending.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Grant } from "#shared/crypto/grants/grant.ts";
import type { Handed } from "#shared/crypto/grants/handed.ts";
import type { Id } from "#shared/ids.ts";
import type { AgentGrants } from "../agent-items/grants.ts";
import { fieldsOf, isNothingToGive, openById } from "../agent-items/offer.ts";
import type { Content } from "../vault/items/item-model.ts";
import type { Vaults } from "../vault/vaults.ts";
import type { HandedItems } from "./handed-items.ts";
import type { Lending, Unreadable } from "./read.ts";

const OFFERED_MAX = 20;

interface Offering {
  readonly openVaults: () => Promise<Pick<Vaults, "open" | "people">>;
  readonly handed: HandedItems;
  readonly agentId: Id<"agent">;
  readonly grants: AgentGrants;
  readonly lendings: readonly (Lending | Unreadable)[];
}

/**
 * What one agent is told. It acts only for what stands in its own sealed grants, whatever the platform lists: a grant that was taken
 * back does not come again. What others have given is as good as their signature, and their own agent counts and refuses.
 */
export async function makeLendingOffer(offering: Offering): Promise<Omit<LendingOffer, "version">> {
  const { agentId, grants } = offering;
  if (grants.isLocked) return { lent: [], borrowed: [] };
  const usable = offering.lendings.flatMap((one) => {
    const isUsable = "letter" in one && one.row.state === "approved" && one.handed !== undefined;
    return isUsable ? [{ ...one, handed: one.handed as Handed }] : []; // seen to be there
  });
  const ours = usable.filter(({ row, handed }) => {
    const isActedFor = row.side === "issuer" && handed.grant.tier === "live";
    return isActedFor && handed.grant.issuer.agentId === agentId && grants.lent.includes(row.id);
  });
  const theirs = usable.filter(({ row, handed }) => row.side === "subject" && handed.grant.subject.agentId === agentId);
  const vaults = ours.length + theirs.length > 0 ? await offering.openVaults() : undefined;
  const lent = vaults ? await Promise.all(ours.map(({ handed }) => lendOne(vaults, handed))) : [];
  const sealed = theirs.map(({ handed }) => handed.grant).filter(({ tier }) => tier === "sealed");
  const items = await offering.handed.readAll(sealed);
  const borrowed = theirs.flatMap(({ handed, otherId, letter }): BorrowedGrant[] => {
    const { grant, bytes, issuerKem } = handed;
    const content = items.get(grant.grantId)?.content;
    if (grant.tier === "sealed" && !content) return [];
    const issuerKey = vaults?.people.get(otherId).signKey ?? new Uint8Array(0); // opened, as there is one
    return [
      {
        ...{ grant: encodeBase64url(bytes), issuerKem: encodeBase64url(issuerKem) },
        ...{ issuerKey: encodeBase64url(issuerKey), what: letter.what },
        ...(content ? { fields: fieldsIn(grant, content) } : {}),
      },
    ];
  });
  return { lent: lent.filter((one) => one !== undefined), borrowed: borrowed.slice(-OFFERED_MAX) };
}

const fieldsIn = ({ fields }: Grant, content: Content) => fieldsOf(content).filter(({ name }) => fields.includes(name));

async function lendOne(vaults: Pick<Vaults, "open">, { grant, bytes }: Handed): Promise<LentItem | undefined> {
  try {
    const { content } = await (await openById(vaults, grant.vaultId)).read(grant.itemId);
    return { grant: encodeBase64url(bytes), fields: fieldsIn(grant, content) };
  } catch (error) {
    if (isNothingToGive(error)) return undefined;
    throw error;
  }
}
