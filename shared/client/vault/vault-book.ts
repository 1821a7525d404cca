import type * as z from "zod";
import type { VaultEntry } from "#shared/contracts/vault.ts";
import type { ShareLevel } from "#shared/crypto/vault/item-share.ts";
import type { Rights } from "#shared/crypto/vault/rights.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { takeTurns } from "#shared/turns.ts";
import { ApiError } from "../api-client.ts";
import { CONTACTS_ITEM } from "../people/contacts-item.ts";
import { type At, changeItems } from "./change.ts";
import { type Compared, checkpointOf, compareCheckpoint } from "./checkpoint.ts";
import { type FileMoving, getFile, type NewFile, type OpenedFile, putFile } from "./files/files.ts";
import type { VaultHead } from "./head.ts";
import type { Listed } from "./items/contents.ts";
import { secretOf } from "./items/item-kinds.ts";
import { Content } from "./items/item-model.ts";
import { type Hidden, type ItemParts, openContent, partsOf, type Secret } from "./items/seal-item.ts";
import { addMember, removeMember, rotateKey, setRights } from "./keys/members.ts";
import { type QuorumTerms, setQuorum } from "./openings/quorum.ts";
import { type Progress, progressOf, resealItems, resealOne } from "./reseal.ts";
import {
  enterVault,
  listedOf,
  readBucket,
  readWhole,
  refreshHead,
  type VaultMeans,
  type VaultState,
  type Which,
} from "./state.ts";
import { ItemChanged, NeedsOpening } from "./trouble.ts";

export type OpenItem = Listed & Secret;

/**
 * A vault, for one session: what is read from it was checked against its signed manifest, and what is written is
 * signed. Reading or writing one item takes one bucket, not the whole vault.
 */
export interface VaultBook {
  readonly vaultId: Id<"vault">;
  /** What its chain says as it was read last: who belongs to it, and what this account may do. */
  head(): VaultHead;
  /** Every item, checked as a whole. `onSome` is told of what has come so far, which is not yet known to be all. */
  list(onSome?: (items: readonly Listed[]) => void): Promise<readonly Listed[]>;
  /** @throws ItemChanged when it is not there any more */
  read(itemId: Id<"item">): Promise<OpenItem>;
  /** @throws ItemChanged when it is not in the version that was read; nothing is overwritten then */
  save(at: At, secret: Secret): Promise<Listed>;
  /** Seals and sends a new file for an item, and saves it so. Broken off or refused, the item stays as it was. @throws ItemChanged as `save` */
  saveFile(at: At, draft: FileDraft, moving?: FileMoving): Promise<Listed>;
  /** The file of an item, whole and checked. @throws ItemChanged, CryptoError */
  openFile(itemId: Id<"item">, moving?: FileMoving): Promise<OpenedFile>;
  /** @throws ItemChanged for an item that is not in the version that was read; up to 25 are removed together or not at all */
  remove(items: readonly At[]): Promise<void>;
  /** @throws ApiError("vault.step_refused"), CryptoError: the chain and the clients let nobody do what they may not */
  addMember(person: Id<"user">, rights: Rights): Promise<void>;
  setRights(person: Id<"user">, rights: Rights): Promise<void>;
  /** The key changes with it. What they could read before, they may have kept. */
  removeMember(person: Id<"user">): Promise<void>;
  /** What this device is shown, as a line to be sent to another member by a way of one's own. */
  checkpoint(): Promise<string>;
  /** Holds another member's line against what is shown here now. @throws CryptoError("crypto.rollback") for two vaults under one name */
  compare(checkpoint: string): Promise<Compared>;
  /** Of a threshold vault that is open: another set of shares, and another key under it. Those who hold none belong to it no more. */
  setQuorum(terms: QuorumTerms): Promise<void>;
  /** Seals every item under the newest key that is still under an older one and opens; stops and goes on where it was. */
  reseal(onProgress?: (progress: Progress) => void): Promise<void>;
  /** Another key, if one is due (key-age.ts); `reseal` then does the rest. */
  rotate(): Promise<void>;
  /** Seals one item with keys that nobody had before. @param exposedAt when somebody who could read it lost that */
  resealOne(itemId: Id<"item">, exposedAt?: Date): Promise<void>;
  /** The keys of one item as it is now, without the secret's where that is not asked for. @throws ItemChanged */
  partsOf(itemId: Id<"item">, level: ShareLevel): Promise<ItemParts>;
  /** How many of the items that were read lie under the newest key; which do not open, once `reseal` has tried. */
  progress(): Progress;
  /** An item that no list shows; undefined while there is none. */
  readHidden<T extends z.ZodType>(itemId: Id<"item">, schema: T): Promise<Found<z.output<T>> | undefined>;
  /** @throws ItemChanged as `save` */
  saveHidden(at: At, hidden: Hidden): Promise<void>;
}

interface FileDraft {
  /** Of the item; what the file is called stands in the file. */
  readonly name: string;
  readonly note: string;
  readonly file: NewFile;
}

interface Found<T> {
  readonly version: number;
  readonly content: T;
}

const AT_ONCE = 25; // changes in one request, as the contract allows

/** Opens a vault; makes the person's own, if there is none yet. @throws CryptoError when the server does not show what it was given */
export async function openVaultBook(means: VaultMeans, which: Which = "own"): Promise<VaultBook> {
  let state = await enterVault(means, which);
  let stuck: ReadonlySet<Id<"item">> = new Set();
  const inTurn = takeTurns(); // each goes on from the state that the one before has left
  const asItIsNow = <T>(see: (head: VaultHead) => T | Promise<T>) =>
    inTurn(async () => {
      state = await refreshHead(means, state);
      return see(state.head);
    });
  const step = (work: () => Promise<VaultState>) =>
    inTurn(async () => {
      state = await work();
    });
  const book: VaultBook = {
    vaultId: state.head.vaultId,
    head: () => state.head,
    list: (onSome = () => undefined) =>
      inTurn(async () => {
        state = await readWhole(means, state, (some) => onSome(shown(some)));
        return shown(listedOf(state.known));
      }),
    read: (itemId) =>
      inTurn(async () => {
        state = await readBucket(means, state, bucketOf(itemId));
        return readItem(means, state, itemId);
      }),
    save: (at, secret) =>
      inTurn(async () => {
        state = await changeItems(means, state, [{ do: "put", at, secret }]);
        return getListed(state, at.id);
      }),
    async saveFile(at, { name, note, file }, moving) {
      const place = { vaultId: state.head.vaultId, itemId: at.id, version: at.version + 1 };
      const kept = await putFile(means, place, file, moving); // not in turn: everything else goes on meanwhile
      const secret = secretOf({ type: "file", name, values: { note }, file: kept });
      return book.save(at, secret);
    },
    async openFile(itemId, moving) {
      const { content } = await book.read(itemId);
      if (content.type !== "file") throw new ItemChanged(itemId);
      return getFile(means, { vaultId: state.head.vaultId, itemId }, content.file, moving);
    },
    remove: (items) =>
      inTurn(async () => {
        for (let i = 0; i < items.length; i += AT_ONCE) {
          const changes = items.slice(i, i + AT_ONCE).map((at) => ({ do: "remove", at }) as const);
          state = await changeItems(means, state, changes);
        }
      }),
    addMember: (person, rights) => step(() => addMember(means, state, { person, rights })),
    setRights: (person, rights) => step(() => setRights(means, state, { person, rights })),
    removeMember: (person) => step(() => removeMember(means, state, person)),
    checkpoint: () => asItIsNow(checkpointOf),
    compare: (checkpoint) => asItIsNow((head) => compareCheckpoint(means.api, head, checkpoint)),
    setQuorum: (terms) =>
      step(async () => {
        if (!means.opened) throw new NeedsOpening();
        means.opened.ring = await setQuorum(means, state.head, terms);
        return refreshHead(means, state);
      }),
    reseal: (onProgress = () => undefined) =>
      inTurn(async () => {
        ({ state, stuck } = await resealItems(means, state, onProgress));
      }),
    rotate: () => step(() => rotateKey(means, state)),
    resealOne: (itemId, exposedAt) =>
      step(() => resealOne(means, state, { itemId, exposedAtMs: exposedAt?.getTime() })),
    partsOf: (itemId, level) =>
      inTurn(async () => {
        state = await readBucket(means, state, bucketOf(itemId));
        const row = getRow(state, itemId);
        return partsOf(state.head.ring, row, level === "read" ? await fetchContent(means, row, state) : undefined);
      }),
    progress: () => progressOf(state, stuck),
    readHidden: (itemId, schema) =>
      inTurn(async () => {
        state = await readBucket(means, state, bucketOf(itemId));
        const listed = state.known.get(itemId)?.listed;
        return listed && { version: listed.version, content: await readContent(means, state, { itemId, schema }) };
      }),
    saveHidden: (at, hidden) =>
      inTurn(async () => {
        state = await changeItems(means, state, [{ do: "put", at, secret: hidden }]);
      }),
  };
  return book;
}

const shown = (items: readonly Listed[]): Listed[] => items.filter(({ id }) => id !== CONTACTS_ITEM);

async function readItem(means: VaultMeans, state: VaultState, itemId: Id<"item">): Promise<OpenItem> {
  const listed = state.known.get(itemId)?.listed;
  if (!listed?.entry) throw new ItemChanged(itemId);
  return { ...listed, entry: listed.entry, content: await readContent(means, state, { itemId, schema: Content }) };
}

async function readContent<T extends z.ZodType>(
  means: VaultMeans,
  state: VaultState,
  { itemId, schema }: { readonly itemId: Id<"item">; readonly schema: T },
): Promise<z.output<T>> {
  const row = getRow(state, itemId);
  return openContent(state.head.ring, row, { content: await fetchContent(means, row, state), schema });
}

async function fetchContent({ api }: VaultMeans, { id: itemId }: VaultEntry, { head: { vaultId } }: VaultState) {
  try {
    return (await api.getContent({ vaultId, itemId })).content;
  } catch (error) {
    if (error instanceof ApiError && error.code === "item.not_found") throw new ItemChanged(itemId);
    throw error;
  }
}

function getRow({ known }: VaultState, itemId: Id<"item">): VaultEntry {
  const found = known.get(itemId);
  if (!found?.listed) throw new ItemChanged(itemId);
  return found.row;
}

function getListed({ known }: VaultState, itemId: Id<"item">): Listed {
  const listed = known.get(itemId)?.listed;
  if (!listed) throw new ItemChanged(itemId);
  return listed;
}
