import type { Vault, VaultEntry } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { KeyRing } from "#shared/crypto/vault/grant.ts";
import { bucketOf, readBuckets } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { People } from "../people/people.ts";
import { createVault } from "./create-vault.ts";
import type { Transfer } from "./files/transfer.ts";
import { openHead, pinOf, type VaultApi, type VaultHead, type VaultPin } from "./head.ts";
import {
  bucketsFor,
  checkBucket,
  demandCounted,
  demandKept,
  type Items,
  type Listed,
  missingFrom,
  openAll,
} from "./items/contents.ts";
import { VaultTrouble } from "./trouble.ts";

export interface VaultMeans {
  readonly api: VaultApi;
  readonly account: Account;
  readonly people: People;
  readonly pins: VaultPins;
  readonly transfer: Transfer;
  /** The keys of a vault that was opened by several; they change with its set of shares. */
  readonly opened?: { ring: KeyRing } | undefined;
  readonly now: () => Date;
}

/** The person's own vault, which there is one of, or another by its id. */
export type Which = "own" | Id<"vault">;

/** What this device saw last of each vault. */
export interface VaultPins {
  read(which: Which): Promise<VaultPin | undefined>;
  write(which: Which, pin: VaultPin): Promise<void>;
}

/** What one session knows of a vault: a head that was checked, and so much of its items as was read under it. */
export interface VaultState {
  readonly which: Which;
  readonly head: VaultHead;
  readonly known: Items;
  /** The hashes of all buckets under `head`; undefined until one was read. */
  readonly buckets: readonly Uint8Array[] | undefined;
  /** The buckets of which `known` has every item under `head`. */
  readonly whole: ReadonlySet<number>;
}

const PAGE = 500;
const FIRST_PAGE = 50; // more than a window shows, and opened in a tenth of the time
const TRIES = 5;
const ALL_BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);

/** @throws CryptoError when the server does not show what it was given; ApiError("vault.not_found") */
export async function enterVault(means: VaultMeans, which: Which): Promise<VaultState> {
  const head = await findHead(means, which);
  await means.pins.write(which, pinOf(head));
  return { which, head, known: new Map(), buckets: undefined, whole: new Set() };
}

async function findHead(means: VaultMeans, which: Which): Promise<VaultHead> {
  const pin = await means.pins.read(which);
  const vaultId = which === "own" ? pin?.vaultId : which;
  const served = vaultId
    ? await means.api.getVault({ vaultId })
    : ((await findOwn(means.api)) ?? (await makeOwn(means)));
  const head = await openHead({ ...means, ...(pin && { pin }) }, served);
  demand(
    (head.kind === "personal") === (which === "own") && (which === "own" || head.vaultId === which),
    "crypto.context",
  );
  return head;
}

async function makeOwn({ api, account, now }: VaultMeans): Promise<Vault> {
  const made = await createVault(api, account, { kind: "personal" }, now()).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "vault.exists") return findOwn(api); // another window was faster
    throw error;
  });
  if (!made) throw new VaultTrouble();
  return made;
}

async function findOwn(api: VaultApi) {
  const own = (await api.listVaults({})).items.find(({ kind }) => kind === "personal");
  return own && api.getVault({ vaultId: own.id });
}

/** The head as it is now. What was known of the items stays known, and is whole only if nothing changed. */
export async function refreshHead(means: VaultMeans, state: VaultState): Promise<VaultState> {
  const served = await means.api.getVault({ vaultId: state.head.vaultId });
  const isSame = served.manifest === encodeBase64url(state.head.manifest.bytes);
  if (isSame && served.chain.length === state.head.chain.seq) return state;
  const head = await openHead({ ...means, pin: pinOf(state.head) }, served);
  await means.pins.write(state.which, pinOf(head));
  return { ...state, head, buckets: undefined, whole: new Set() };
}

/**
 * Every item, under a head that all of them come to. While somebody is writing, pages of different moments do not fit together,
 * and are read again.
 */
export async function readWhole(
  means: VaultMeans,
  before: VaultState,
  onSome: (items: readonly Listed[]) => void,
): Promise<VaultState> {
  const wasWhole = before.whole.size === ALL_BUCKETS.length;
  let state = wasWhole ? await refreshHead(means, before) : before;
  if (wasWhole && state === before) return state;
  for (let attempt = 1; ; attempt++) {
    const known = await readPages(means, state, onSome);
    const now = withItems(state, known) ? state : await refreshHead(means, state);
    const found = withItems(now, known);
    if (found) return found;
    if (now === state || attempt === TRIES) throw new VaultTrouble({ missing: missingFrom(known, before.known) });
    state = now;
  }
}

async function readPages({ api }: VaultMeans, { head, known }: VaultState, onSome: (items: readonly Listed[]) => void) {
  let all: Items = new Map();
  let cursor: string | undefined;
  do {
    const page = await api.listItems({ vaultId: head.vaultId, limit: cursor ? PAGE : FIRST_PAGE, cursor });
    all = openAll(head.ring, { rows: page.items, before: known, all });
    onSome(listedOf(all));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return all;
}

/** Undefined where they do not come to the signed root. @throws VaultTrouble where they do, and are not what may have become of them */
function withItems(state: VaultState, known: Items): VaultState | undefined {
  const { manifest } = state.head.manifest;
  const buckets = bucketsFor(manifest.root, known);
  if (!buckets) return undefined;
  demandKept(known, state.known);
  demandCounted(manifest, known);
  return { ...state, known, buckets, whole: new Set(ALL_BUCKETS) };
}

/**
 * One bucket, and with it the hashes of all others, under the head as it is now. That its writer removed nothing without the right to cannot
 * be told from it: the manifest counts the items of all buckets. What this session knew of the bucket has to be there.
 */
export async function readBucket(means: VaultMeans, before: VaultState, bucket: number): Promise<VaultState> {
  let state = before;
  for (let attempt = 1; ; attempt++) {
    const served = await means.api.readBucket({ vaultId: state.head.vaultId, bucket });
    const { manifest } = state.head;
    if (served.manifest === encodeBase64url(manifest.bytes)) return withBucket(state, bucket, served);
    const now = await refreshHead(means, state);
    if (now === state || attempt === TRIES) throw new VaultTrouble(); // it showed another manifest than it has
    state = now;
  }
}

function withBucket(
  state: VaultState,
  bucket: number,
  served: { readonly buckets: string; readonly items: readonly VaultEntry[] },
): VaultState {
  const buckets = readBuckets(decodeBase64url(served.buckets));
  const items = openAll(state.head.ring, { rows: served.items, before: state.known, all: new Map() });
  checkBucket(state.head.manifest.manifest.root, buckets, { bucket, items: [...items.values()] });
  demandKept(items, new Map([...state.known].filter(([id]) => bucketOf(id) === bucket)));
  return { ...state, buckets, known: new Map([...state.known, ...items]), whole: new Set([...state.whole, bucket]) };
}

export const listedOf = (known: Items): Listed[] => [...known.values()].flatMap(({ listed }) => listed ?? []);
