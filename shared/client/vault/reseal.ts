import * as z from "zod";
import type { VaultEntry } from "#shared/contracts/vault.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import { type Change, changeItems } from "./change.ts";
import { getFile, putFile } from "./files/files.ts";
import type { Known } from "./items/contents.ts";
import { exposed, lastLoss } from "./items/exposure.ts";
import { fileOf, keyGenOf, openContent, openEntry } from "./items/seal-item.ts";
import { readBucket, readWhole, type VaultMeans, type VaultState } from "./state.ts";
import { ItemChanged } from "./trouble.ts";

/**
 * How many items there are, how many of them lie under the newest key, and which do not open and stay as they are: a member may sign
 * anything in an item's place, and one that nobody can open keeps no other from being sealed anew.
 */
export interface Progress {
  readonly done: number;
  readonly of: number;
  readonly stuck: readonly Id<"item">[];
}

type Stuck = ReadonlySet<Id<"item">>;

const AT_ONCE = 10; // with a file each, at most

/**
 * After a change of key: every item that lies under an older one is opened and sealed anew, with keys of its own that nobody had before.
 * What somebody else changes meanwhile is left to them, since it lies under the newest key then. Stopped half-way, it goes on where it was.
 */
export async function resealItems(
  means: VaultMeans,
  before: VaultState,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly state: VaultState; readonly stuck: Stuck }> {
  let state = await readWhole(means, before, () => undefined);
  const stuck = new Set<Id<"item">>();
  for (;;) {
    onProgress(progressOf(state, stuck));
    const items = countOf(state).old.filter(({ row }) => !stuck.has(row.id));
    if (items.length === 0) return { state, stuck };
    state = await resealSome(means, state, { items: items.slice(0, AT_ONCE), onStuck: (id) => stuck.add(id) });
  }
}

export function progressOf(state: VaultState, stuck: Stuck): Progress {
  const { old, all } = countOf(state);
  const ids = old.map(({ row }) => row.id);
  return { done: all - ids.length, of: all, stuck: ids.filter((id) => stuck.has(id)) };
}

function countOf({ head, known }: VaultState): { readonly old: readonly Known[]; readonly all: number } {
  const items = [...known.values()].filter(({ listed }) => listed !== undefined);
  const keyGen = currentKeyGen(head.chain);
  return { old: items.filter(({ row }) => isOlder(row, keyGen)), all: items.length };
}

/** One whose own key tells nothing is not to be opened by anybody, and so not to be sealed anew. */
function isOlder(row: VaultEntry, keyGen: number): boolean {
  try {
    return (keyGenOf(row) ?? keyGen) < keyGen;
  } catch {
    return false;
  }
}

/**
 * One item with keys that nobody had before, whatever the vault's key is. @param exposedAtMs when somebody who could read it lost that
 * @throws ItemChanged when it is not there any more
 */
export async function resealOne(
  means: VaultMeans,
  before: VaultState,
  { itemId, exposedAtMs }: { readonly itemId: Id<"item">; readonly exposedAtMs: number | undefined },
): Promise<VaultState> {
  const state = await readBucket(means, before, bucketOf(itemId));
  const known = state.known.get(itemId);
  if (!known?.listed) throw new ItemChanged(itemId);
  return changeItems(means, state, [await openAgain(means, state, { item: known, exposedAtMs })]);
}

interface Some {
  readonly items: readonly Known[];
  readonly onStuck: (itemId: Id<"item">) => void;
}

async function resealSome(means: VaultMeans, state: VaultState, { items, onStuck }: Some): Promise<VaultState> {
  const opening = items.map((item) =>
    openAgain(means, state, { item, exposedAtMs: undefined }).catch((error: unknown) => {
      if (!isSpoiled(error)) throw error;
      onStuck(item.row.id);
    }),
  );
  const changes = (await Promise.all(opening)).filter((change) => change !== undefined);
  try {
    return changes.length > 0 ? await changeItems(means, state, changes) : state;
  } catch (error) {
    if (!(error instanceof ItemChanged)) throw error;
    return readWhole(means, { ...state, whole: new Set() }, () => undefined);
  }
}

/** Whoever wrote it did not mean it to be opened. What differs from what the manifest names is the service's doing, and refused. */
const isSpoiled = (error: unknown): boolean =>
  error instanceof SyntaxError || (error instanceof CryptoError && error.code !== "crypto.manifest");

interface Again {
  readonly item: Known;
  readonly exposedAtMs: number | undefined;
}

/** Whoever lost what they could read while an item lay under its present key leaves a note in it. */
async function openAgain(means: VaultMeans, state: VaultState, { item: { row }, exposedAtMs }: Again): Promise<Change> {
  const { vaultId, ring } = state.head;
  const { content } = await means.api.getContent({ vaultId, itemId: row.id });
  const whole = { content, schema: z.unknown() };
  const entry = openEntry(ring, row, z.unknown());
  const at = { vaultId, itemId: row.id, version: row.version };
  const sealed = await resealFile(means, at, openContent(ring, row, whole));
  const opened = { entry, content: sealed };
  const keyGen = keyGenOf(row) ?? currentKeyGen(state.head.chain);
  const lossAtMs = exposedAtMs ?? lastLoss(state.head.chain, keyGen)?.step.atMs;
  const next = lossAtMs === undefined ? opened : exposed(opened, lossAtMs);
  return { do: "reseal", at: { id: row.id, version: row.version }, opened: next };
}

interface FileAt {
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly version: number;
}

/**
 * The file of an item too: its key was in a content that somebody could read who may no more. One that nobody can open, because it was
 * altered or never came, stays named as it is and hinders no other.
 */
async function resealFile(means: VaultMeans, at: FileAt, content: unknown): Promise<unknown> {
  const file = fileOf(content);
  const opened = file && (await getFile(means, at, file).catch(ifLost));
  if (!opened) return content;
  const again = { ...opened, bytes: file.bytes, read: () => opened.parts };
  return { ...(content as object), file: await putFile(means, { ...at, version: at.version + 1 }, again) }; // `fileOf` has parsed it
}

function ifLost(error: unknown): undefined {
  const isLost = error instanceof CryptoError || (error instanceof ApiError && error.code === "file.not_found");
  if (!isLost) throw error;
}
