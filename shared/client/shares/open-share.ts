import type { OpenedShare, Share, ShareEvidence } from "#shared/contracts/shares.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { followChain, memberAt } from "#shared/crypto/vault/chain.ts";
import { readChainStep } from "#shared/crypto/vault/chain-step.ts";
import { openItemShare, type PartKeys } from "#shared/crypto/vault/item-share.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Account } from "../keyring.ts";
import type { People } from "../people/people.ts";
import { Content, Entry } from "../vault/items/item-model.ts";
import { hashOf, openWithKey } from "../vault/items/seal-item.ts";

/** A shared item as its recipient sees it. */
export interface SharedName {
  readonly share: Share;
  readonly entry: Entry;
}
export interface SharedItem extends SharedName {
  /** None of a share that gives the name alone. */
  readonly content: Content | undefined;
}

interface Means {
  readonly account: Account;
  readonly people: Pick<People, "learnSigners" | "keyOf">;
}

/**
 * What somebody shared, if they signed it for this account, item, version and terms, and might share where the vault's chain stood.
 * @throws CryptoError; PersonChanged where the keys of somebody in the chain are not the ones that were accepted
 */
export async function openName(means: Means, evidence: ShareEvidence): Promise<SharedName> {
  const { share, entry: sealed } = evidence;
  const { entry: key } = await openKeys(means, evidence);
  return { share, entry: openWithKey(key, placeOf(means.account, share, "entry"), { sealed, schema: Entry }) };
}

export async function openItem(means: Means, opened: OpenedShare): Promise<SharedItem> {
  const { share, entry: sealedEntry, content: sealed, contentHash } = opened;
  const keys = await openKeys(means, opened);
  const entry = openWithKey(keys.entry, placeOf(means.account, share, "entry"), { sealed: sealedEntry, schema: Entry });
  if (!keys.content) return { share, entry, content: undefined };
  demand(sealed !== null && contentHash !== null, "crypto.format");
  demand(equalConstantTime(hashOf(sealed), decodeBase64url(contentHash)), "crypto.manifest");
  const place = placeOf(means.account, share, "content");
  return { share, entry, content: openWithKey(keys.content, place, { sealed, schema: Content }) };
}

async function openKeys({ account, people }: Means, evidence: ShareEvidence): Promise<PartKeys> {
  const { share, entry, contentHash, bundleHash, sealed } = evidence;
  const { tid, uid } = account;
  const { id: shareId, vaultId, itemId, version, keyGen, level, from: granter, to, expiresAt, opensMax } = share;
  demand(to === uid, "crypto.context");
  const steps = evidence.chain.map(decodeBase64url);
  const signedBy = decodeBase64url(bundleHash);
  const authors = steps.map(readChainStep).map(({ step }) => ({ id: step.author, bundleHash: step.bundleHash }));
  await people.learnSigners([...authors, { id: granter, bundleHash: signedBy }]);
  const chain = followChain(steps, { tid, vaultId, keyOf: people.keyOf });
  const member = memberAt(chain, granter, chain.seq);
  demand(member !== undefined && equalConstantTime(member.bundleHash, signedBy), "crypto.context");
  demand(may(member.rights, "share") || may(member.rights, "admin"), "crypto.context");
  const place = {
    ...{ tid, vaultId, itemId, version, keyGen, shareId, granter, recipient: uid, level, opensMax },
    untilMs: expiresAt === null ? null : new Date(expiresAt).getTime(),
    ...{ chain: { seq: chain.seq, hash: chain.hash }, entryHash: hashOf(entry) },
    contentHash: contentHash === null ? undefined : decodeBase64url(contentHash),
  };
  const sender = people.keyOf(granter, signedBy);
  return openItemShare(decodeBase64url(sealed), place, { sender, recipient: account.identity.kem });
}

const placeOf = ({ tid }: Account, { vaultId, itemId, keyGen, version }: Share, part: "entry" | "content") => ({
  ...{ tid, vaultId, itemId, keyGen, version, part },
});
