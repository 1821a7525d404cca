import type { Vault } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { type ChainState, currentKeyGen, everHad } from "#shared/crypto/vault/chain.ts";
import { type KeyRing, openGrant, readRing, sealGrant, writeRing } from "#shared/crypto/vault/grant.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import { openHeldKey, type VaultKeys } from "#shared/crypto/vault/vault-key.ts";
import type { Id } from "#shared/ids.ts";
import type { Account } from "../../keyring.ts";
import type { People, PersonKeys } from "../../people/people.ts";
import { ownerOf, withEachIdentity } from "../../rotation/carried.ts";

/** A vault's keys as their owner keeps them: under their root, as the thing named "vault/<id>", in the version of the newest generation. */
export const sealRingForSelf = ({ root }: Account, vaultId: Id<"vault">, ring: KeyRing): string =>
  encodeBase64url(sealForSelf(root, selfPlaceOf(vaultId, ring), writeRing(ring)));

const selfPlaceOf = (vaultId: Id<"vault">, ring: KeyRing) => ({
  name: `vault/${vaultId}`,
  version: Math.max(...ring.keys()),
});

/** The keys for a member: all of them, or only those of entries for one who may list and not read. */
export function sealRingFor(
  { tid, uid, identity }: Account,
  { id: recipient, kemKey }: PersonKeys,
  { vaultId, ring, rights }: { readonly vaultId: Id<"vault">; readonly ring: OpenRing; readonly rights: Rights },
): string {
  const given = may(rights, "read") ? ring.held : entriesOf(ring);
  const place = { tid, vaultId, granter: uid, recipient };
  return encodeBase64url(sealGrant(given, place, { sender: identity.sign, recipient: kemKey }));
}

const entriesOf = ({ keys }: OpenRing): KeyRing =>
  new Map([...keys].map(([keyGen, { entryKek }]) => [keyGen, { entryKek }]));

/** The keys this account holds of a vault, as they came and as they are used; each is the one that the chain commits to. */
export interface OpenRing {
  readonly held: KeyRing;
  readonly keys: ReadonlyMap<number, VaultKeys>;
  readonly current: VaultKeys;
}

interface Opening {
  readonly vaultId: Id<"vault">;
  readonly chain: ChainState;
  readonly people: Pick<People, "keyOf">;
}

/** @throws CryptoError unless the keys come from oneself or from a member who might hand them on, and are the ones of the chain */
export function openRing(
  account: Account,
  { key, grantedBy }: Pick<Vault, "key" | "grantedBy">,
  opening: Opening,
): OpenRing {
  const { vaultId, chain, people } = opening;
  const { tid, uid } = account;
  const bytes = decodeBase64url(key);
  if (!grantedBy) {
    const newest = { name: `vault/${vaultId}`, version: currentKeyGen(chain) };
    return checkRing(readRing(openForSelf(ownerOf(account, bytes), newest, bytes)), account, opening);
  }
  const { userId: granter, bundleHash } = grantedBy;
  demand(everHad(chain, granter, "share") || everHad(chain, granter, "admin"), "crypto.context");
  const sender = people.keyOf(granter, decodeBase64url(bundleHash));
  const place = { tid, vaultId, granter, recipient: uid };
  const held = withEachIdentity(account, ({ kem }) => openGrant(bytes, place, { sender, recipient: kem }));
  return checkRing(held, account, opening);
}

export function checkRing(
  held: KeyRing,
  { tid }: Account,
  { vaultId, chain }: Pick<Opening, "vaultId" | "chain">,
): OpenRing {
  const keys = new Map<number, VaultKeys>();
  for (const [keyGen, key] of held) {
    const commits = chain.generations[keyGen - 1];
    demand(commits !== undefined, "crypto.context");
    keys.set(keyGen, openHeldKey(key, { tid, vaultId, keyGen }, commits));
  }
  const current = keys.get(currentKeyGen(chain));
  demand(current !== undefined, "crypto.rollback");
  return { held, keys, current };
}
