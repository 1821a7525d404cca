import type { VaultChange } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { currentKeyGen, memberAt } from "#shared/crypto/vault/chain.ts";
import { readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { bucketOf, hashOfBucket, type Leaf, rootOf } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import { pinOf, type VaultHead } from "./head.ts";
import { isSameLeaf, type Known, type Listed, openRow } from "./items/contents.ts";
import { checkSecret, type Hidden, type Opened, type Secret, sealItem } from "./items/seal-item.ts";
import type { OpenRing } from "./keys/vault-key.ts";
import { readBucket, refreshHead, type VaultMeans, type VaultState } from "./state.ts";
import { ItemChanged } from "./trouble.ts";

/** An item in the version in which it was read; 0 for one that is new. */
export type At = Pick<Listed, "id" | "version">;
export type Change =
  | { readonly do: "put"; readonly at: At; readonly secret: Secret | Hidden }
  | { readonly do: "reseal"; readonly at: At; readonly opened: Opened }
  | { readonly do: "remove"; readonly at: At };

/** A change as it is sent, and what the item is after it. */
interface Made {
  readonly at: At;
  readonly sent: VaultChange;
  readonly leaf: Leaf;
}

const TRIES = 25; // each is a turn in which somebody else was faster, and so got on

/**
 * Makes all of the changes or none, on top of whatever others changed meanwhile in other items. A change whose reply was lost is recognised
 * by its leaf, and not made twice.
 * @throws ItemChanged where an item is not in the version that was read
 */
export async function changeItems(
  means: VaultMeans,
  before: VaultState,
  changes: readonly Change[],
): Promise<VaultState> {
  const make = ({ head }: VaultState) => changes.map((change) => makeChange(head.ring, change));
  let made = make(before);
  let { keyGen } = before.head.ring.current;
  let state = before;
  for (let attempt = 1; ; attempt++) {
    state = await readBucketsOf(means, state, made);
    if (made.every(({ leaf }) => isThere(state, leaf))) return state;
    demandUnchanged(state, made);
    if (keyGen !== state.head.ring.current.keyGen) made = make(state); // the key changed meanwhile: the old one does not count
    keyGen = state.head.ring.current.keyGen;
    const next = advance(means, state, made);
    try {
      const { updatedAt } = await means.api.changeItems({
        vaultId: state.head.vaultId,
        manifest: encodeBase64url(next.head.manifest.bytes),
        changes: made.map(({ sent }) => sent),
      });
      await means.pins.write(state.which, pinOf(next.head));
      return { ...next, known: withChanges(next, made, updatedAt) };
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "vault.changed") || attempt === TRIES) throw error;
      state = await refreshHead(means, { ...state, whole: new Set() }); // somebody else was faster
    }
  }
}

function makeChange(ring: OpenRing, change: Change): Made {
  const { at } = change;
  const version = at.version + 1;
  if (change.do === "remove") {
    const leaf = { itemId: at.id, version, hashes: null };
    return { at, leaf, sent: { do: "remove", id: at.id, version } };
  }
  const opened = change.do === "put" ? checkSecret(change.secret) : change.opened;
  const { put, leaf } = sealItem(ring, { id: at.id, version }, opened);
  return { at, leaf, sent: put };
}

async function readBucketsOf(means: VaultMeans, before: VaultState, made: readonly Made[]): Promise<VaultState> {
  let state = before;
  const wanted = [...new Set(made.map(({ at }) => bucketOf(at.id)))];
  for (let missing = firstMissing(state, wanted); missing !== undefined; missing = firstMissing(state, wanted))
    state = await readBucket(means, state, missing); // a newer head forgets which buckets were whole
  return state;
}

const firstMissing = ({ whole }: VaultState, wanted: readonly number[]): number | undefined =>
  wanted.find((bucket) => !whole.has(bucket));

function demandUnchanged({ known }: VaultState, made: readonly Made[]): void {
  for (const { at } of made) {
    const found = known.get(at.id);
    const isAsRead = at.version === 0 ? !found : found?.listed?.version === at.version;
    if (!isAsRead) throw new ItemChanged(at.id);
  }
}

/** The state with these changes in it, under a manifest that says so. */
function advance({ account, now }: VaultMeans, state: VaultState, made: readonly Made[]): VaultState {
  const { head, known } = state;
  const member = memberAt(head.chain, account.uid, head.chain.seq);
  demand(member !== undefined && equalConstantTime(member.bundleHash, account.bundleHash), "crypto.context"); // or no client accepts it
  const leaves = new Map([...known].map(([id, { leaf }]) => [id, leaf]));
  for (const { leaf } of made) leaves.set(leaf.itemId, leaf);
  const buckets = [...(state.buckets ?? [])];
  for (const bucket of new Set(made.map(({ at }) => bucketOf(at.id))))
    buckets[bucket] = hashOfBucket([...leaves.values()].filter(({ itemId }) => bucketOf(itemId) === bucket));
  const { manifest, hash } = head.manifest;
  const read = readManifest(
    signManifest(
      {
        ...manifest,
        ...{
          seq: manifest.seq + 1,
          prevHash: hash,
          root: rootOf(buckets),
          items: manifest.items + grownBy(known, made),
        },
        removed: manifest.removed + made.filter(({ leaf }) => leaf.hashes === null).length,
        ...{ keyGen: currentKeyGen(head.chain), chainSeq: head.chain.seq, chainHash: head.chain.hash },
        ...{ writer: account.uid, bundleHash: account.bundleHash, atMs: now().getTime() },
      },
      account.identity.sign.secretKey,
    ),
  );
  return { ...state, buckets, head: { ...head, manifest: read } satisfies VaultHead };
}

const grownBy = (known: VaultState["known"], made: readonly Made[]): number =>
  made.reduce(
    (sum, { at, leaf }) => sum + Number(leaf.hashes !== null) - Number(known.get(at.id)?.listed !== undefined),
    0,
  );

function withChanges({ head, known }: VaultState, made: readonly Made[], updatedAt: string): Map<Id<"item">, Known> {
  const rows = made.map(({ sent, leaf }) => {
    const { id, version } = sent;
    if (sent.do === "remove")
      return { id, version, keyGen: head.ring.current.keyGen, entry: null, contentHash: null, updatedAt };
    const contentHash = leaf.hashes && encodeBase64url(leaf.hashes.content);
    return { id, version, keyGen: sent.keyGen, entry: sent.entry, contentHash, updatedAt };
  });
  return new Map([...known, ...rows.map((row) => [row.id, openRow(head.ring, row)] as const)]);
}

function isThere({ known }: VaultState, leaf: Leaf): boolean {
  const found = known.get(leaf.itemId);
  return found !== undefined && isSameLeaf(found.leaf, leaf);
}
