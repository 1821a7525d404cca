import type { Member } from "#platform/rules/context.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type ChainState, followChain, memberAt } from "#shared/crypto/vault/chain.ts";
import type { VaultKind } from "#shared/crypto/vault/chain-step.ts";
import { checkManifest, FIRST_MANIFEST_PREV, type Manifest, readManifest } from "#shared/crypto/vault/manifest.ts";
import { bucketsOf, rootOf } from "#shared/crypto/vault/tree.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import type { VaultRow } from "./vault.repository.ts";

/**
 * What the server checks of what it is given to keep. Clients check it again and trust none of it; it is checked here so that nothing
 * is kept which no client would accept.
 */
interface First {
  readonly id: Id<"vault">;
  readonly kind: VaultKind;
  readonly step: string;
  readonly manifest: string;
}

/** @throws vault.manifest_wrong unless the caller signed the beginning of an empty vault of this id */
export function demandFirst(
  { id: vaultId, kind, ...first }: First,
  { tenantId: tid, userId }: Member,
  keyring: Keyring,
): ChainState {
  return refuseWrong(() => {
    const { signKey, hash: bundleHash } = signerOf(keyring);
    const chain = followChain([decodeBase64url(first.step)], { tid, vaultId, keyOf: () => signKey });
    const read = readManifest(decodeBase64url(first.manifest));
    checkManifest(read, signKey);
    const { manifest } = read;
    demandSame(manifest, {
      tid,
      vaultId,
      seq: 1,
      prevHash: FIRST_MANIFEST_PREV,
      ...{ items: 0, removed: 0 },
      root: rootOf(bucketsOf([])),
    });
    demandSame(manifest, {
      writer: userId,
      bundleHash,
      keyGen: 1,
      chainSeq: chain.seq,
      chainHash: chain.hash,
    });
    if (chain.kind !== kind || !memberAt(chain, userId, 1)) throw new AppError("vault.manifest_wrong");
    return chain;
  });
}

interface Next {
  readonly keyring: Keyring;
  readonly last: VaultRow;
  readonly buckets: readonly Uint8Array[];
  /** How many items more or fewer there are. */
  readonly items: number;
  readonly removed: number;
}

/** @throws vault.changed for a manifest that goes on from an older one: its writer has not seen the last */
export function demandFresh(manifest: string, last: VaultRow): void {
  refuseWrong(() => {
    const { seq } = readManifest(decodeBase64url(manifest)).manifest;
    if (seq !== last.manifestSeq + 1) throw new AppError("vault.changed");
  });
}

/** @throws vault.manifest_wrong unless the caller signed what these changes come to */
export function demandNext(
  { vaultId, manifest: text }: { readonly vaultId: Id<"vault">; readonly manifest: string },
  { tenantId: tid, userId }: Member,
  { keyring, last, buckets, items, removed }: Next,
): Manifest {
  return refuseWrong(() => {
    const { signKey, hash: bundleHash } = signerOf(keyring);
    const read = readManifest(decodeBase64url(text));
    const { manifest } = read;
    const before = readManifest(decodeBase64url(last.manifest));
    const { keyGen, chainSeq } = last;
    checkManifest(read, signKey);
    demandSame(manifest, {
      tid,
      vaultId,
      seq: last.manifestSeq + 1,
      prevHash: before.hash,
      ...{ keyGen, chainSeq, chainHash: decodeBase64url(last.chainHash) },
    });
    const { manifest: old } = before;
    demandSame(manifest, { items: old.items + items, removed: old.removed + removed, root: rootOf(buckets) });
    demandSame(manifest, { writer: userId, bundleHash });
    return manifest;
  });
}

export function signerOf({ bundle }: Pick<Keyring, "bundle">) {
  const { bundle: read, hash } = readBundle(decodeBase64url(bundle));
  return { signKey: read.signKey, hash };
}

function demandSame(manifest: Manifest, expected: Partial<Manifest>): void {
  for (const [name, value] of Object.entries(expected)) {
    const found = manifest[name as keyof Manifest]; // a key of the same type
    if (textOf(found) !== textOf(value)) throw new AppError("vault.manifest_wrong", { details: { field: name } });
  }
}

const textOf = (value: string | number | Uint8Array): string =>
  value instanceof Uint8Array ? encodeBase64url(value) : String(value);

function refuseWrong<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("vault.manifest_wrong", { cause: error });
    throw error;
  }
}
