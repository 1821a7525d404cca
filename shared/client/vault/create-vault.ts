import type { Vault } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { BEFORE_FIRST, signChainStep, type VaultKind } from "#shared/crypto/vault/chain-step.ts";
import { FIRST_MANIFEST_PREV, signManifest } from "#shared/crypto/vault/manifest.ts";
import { bucketsOf, rootOf } from "#shared/crypto/vault/tree.ts";
import { commitsTo, makeVaultKey } from "#shared/crypto/vault/vault-key.ts";
import { newId } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";
import type { VaultApi } from "./head.ts";
import { sealRingForSelf } from "./keys/vault-key.ts";

export type NewVault =
  | { readonly kind: "personal" }
  | { readonly kind: "group" | "tenant" | "threshold"; readonly name: string };

/** Makes an empty vault: its key, the first step of its chain and its first manifest. Who makes it is its first member. */
export async function createVault(api: VaultApi, account: Account, made: NewVault, now: Date): Promise<Vault> {
  const { tid, uid, bundleHash, identity } = account;
  const vaultId = newId("vault", now);
  const vaultKey = makeVaultKey();
  const vaultKind: VaultKind = made.kind;
  const does = { kind: "create", vaultKind, ...commitsTo(vaultKey, { tid, vaultId, keyGen: 1 }) } as const;
  const common = { tid, vaultId, seq: 1, bundleHash, atMs: now.getTime() };
  const step = signChainStep(
    { ...common, prevHash: BEFORE_FIRST.hash, manifest: BEFORE_FIRST, author: uid, does },
    identity.sign.secretKey,
  );
  const manifest = signManifest(
    {
      ...{ ...common, prevHash: FIRST_MANIFEST_PREV, keyGen: 1, chainSeq: 1, chainHash: sha256(step) },
      ...{ items: 0, removed: 0, root: rootOf(bucketsOf([])), writer: uid },
    },
    identity.sign.secretKey,
  );
  return api.createVault({
    ...{ id: vaultId, kind: made.kind, name: made.kind === "personal" ? null : made.name },
    ...{ step: encodeBase64url(step), manifest: encodeBase64url(manifest) },
    key: sealRingForSelf(account, vaultId, new Map([[1, { vaultKey }]])),
  });
}
