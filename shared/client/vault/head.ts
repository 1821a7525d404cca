import type { Vault, vaultContract } from "#shared/contracts/vault.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { type ChainState, followChain, memberAt } from "#shared/crypto/vault/chain.ts";
import { readChainStep } from "#shared/crypto/vault/chain-step.ts";
import type { KeyRing } from "#shared/crypto/vault/grant.ts";
import {
  checkManifest,
  demandSuccession,
  type ManifestPin,
  type ReadManifest,
  readManifest,
} from "#shared/crypto/vault/manifest.ts";
import type { Rights } from "#shared/crypto/vault/rights.ts";
import { type Counts, demandSteppedOn, demandWriter } from "#shared/crypto/vault/writer.ts";
import type { Id } from "#shared/ids.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { People, Signer } from "../people/people.ts";
import { checkRing, type OpenRing, openRing } from "./keys/vault-key.ts";
import { NeedsOpening } from "./trouble.ts";

export type VaultApi = Client<typeof vaultContract>;

/** What a client remembers of a vault it has seen: less than this, or something else, is refused. */
export interface VaultPin {
  readonly vaultId: Id<"vault">;
  /** `items` is not in those of before 2026-11-29. */
  readonly manifest: ManifestPin & Pick<Counts, "removed"> & Partial<Counts>;
  readonly chain: ManifestPin;
}

/** A vault whose signatures and succession hold, with its keys. What it contains is checked against `manifest.root`. */
export interface VaultHead {
  readonly vaultId: Id<"vault">;
  readonly kind: Vault["kind"];
  readonly name: string | null;
  readonly ring: OpenRing;
  /** What the chain lets this account do. */
  readonly rights: Rights;
  readonly chain: ChainState;
  readonly manifest: ReadManifest;
}

/** The same before its keys are at hand: whose it is, and where it stands. */
export type LockedHead = Omit<VaultHead, "ring">;

export interface HeadMeans {
  readonly api: VaultApi;
  readonly account: Account;
  readonly people: People;
  readonly pin?: VaultPin;
  /** The keys of a vault that was opened by several, for this session. */
  readonly opened?: { readonly ring: KeyRing } | undefined;
}

/** @throws NeedsOpening; CryptoError when the server shows another chain, key or manifest than its members made, or an older one than the pin */
export async function openHead(means: HeadMeans, served: Vault): Promise<VaultHead> {
  const { account, people, opened } = means;
  const { id: vaultId } = served;
  const head = await followHead(means, served);
  const { chain } = head;
  if (chain.quorum && !opened) throw new NeedsOpening();
  const ring = opened
    ? checkRing(opened.ring, account, { vaultId, chain })
    : openRing(account, served, { vaultId, chain, people });
  return { ...head, ring };
}

/** @throws CryptoError when the server shows another chain, key or manifest than its members made, or an older one than the pin */
export async function followHead(means: HeadMeans, served: Vault): Promise<LockedHead> {
  const { account, people, pin } = means;
  const { id: vaultId, kind, name } = served;
  demand(pin === undefined || pin.vaultId === vaultId, "crypto.context");
  const steps = served.chain.map(decodeBase64url);
  await learnSigners(means, kind, steps.flatMap(signersOf));
  const chain = followChain(steps, {
    ...{ tid: account.tid, vaultId, keyOf: people.keyOf },
    ...(pin ? { pin: pin.chain } : {}),
  });
  demand(chain.kind === kind, "crypto.context");
  const member = memberAt(chain, account.uid, chain.seq);
  demand(member !== undefined, "crypto.context");
  const manifest = readManifest(decodeBase64url(served.manifest));
  const head = { vaultId, kind, name, rights: member.rights, chain, manifest };
  await checkManifests(means, head);
  return head;
}

/** Whoever signed something has to be known first; one's own present keys are at hand, and in one's own vault nobody else signs anything. */
async function learnSigners(
  { people, account }: HeadMeans,
  kind: Vault["kind"],
  signers: readonly Signer[],
): Promise<void> {
  demand(kind !== "personal" || signers.every(({ id }) => id === account.uid), "crypto.context");
  await people.learnSigners(signers);
}

/** Who made a step; and of one that renews keys, the ones that it renews them with. */
function signersOf(bytes: Uint8Array): Signer[] {
  const { author: id, bundleHash, does } = readChainStep(bytes).step;
  const signer = { id, bundleHash };
  return does.kind === "renew" ? [signer, { id, bundleHash: does.bundleHash }] : [signer];
}

/** That each manifest since the last one seen goes on from the one before, and was written by a member who might. */
async function checkManifests(means: HeadMeans, head: LockedHead): Promise<void> {
  const { api, account, people, pin } = means;
  const { chain, manifest, vaultId } = head;
  const between = pin ? await readBetween(api, vaultId, pin.manifest.seq, manifest) : [];
  const isKnown = pin?.manifest.seq === manifest.manifest.seq;
  const news = isKnown ? [] : [...between, manifest];
  await learnSigners(
    means,
    head.kind,
    news.map(({ manifest: { writer: id, bundleHash } }) => ({ id, bundleHash })),
  );
  let before: Counts | undefined = pin && { items: 0, ...pin.manifest };
  for (const read of news) {
    const { tid, vaultId: told, writer, bundleHash } = read.manifest;
    demand(tid === account.tid && told === vaultId, "crypto.context");
    checkManifest(read, people.keyOf(writer, bundleHash));
    demandWriter(chain, read, before);
    before = read.manifest;
  }
  if (pin) demandSuccession(manifest, between, pin.manifest);
  demandSteppedOn(chain, { seq: manifest.manifest.seq, hash: manifest.hash });
}

/** The manifests after one and before another, as they are served: `demandSuccession` says whether they lead from the one to the other. */
export async function readBetween(
  api: VaultApi,
  vaultId: Id<"vault">,
  after: number,
  head: ReadManifest,
): Promise<ReadManifest[]> {
  const until = head.manifest.seq;
  const found: ReadManifest[] = [];
  if (until <= after + 1) return found;
  let cursor: string | undefined;
  do {
    const page = await api.listManifests({ vaultId, after, limit: 100, cursor });
    found.push(...page.items.map(({ manifest }) => readManifest(decodeBase64url(manifest))));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return found.filter(({ manifest }) => manifest.seq < until);
}

export const pinOf = ({ vaultId, chain, manifest: { manifest, hash } }: LockedHead): VaultPin => ({
  vaultId,
  manifest: { seq: manifest.seq, hash, items: manifest.items, removed: manifest.removed },
  chain: { seq: chain.seq, hash: chain.hash },
});
