import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { FORMATS, type FormatName } from "./formats.ts";
import { type World, worldOf } from "./world.ts";

/** What `frozen.json` holds: blobs as they were first written, and alterations of them with the refusal each met. */
export interface Frozen {
  readonly positive: readonly FrozenBlob[];
  readonly negative: readonly FrozenRefusal[];
}

export interface FrozenBlob {
  readonly format: FormatName;
  readonly world: number;
  readonly bytes: string;
  /** What was inside. */
  readonly inside: string;
}

export interface FrozenRefusal {
  /** The position of the blob in `positive`. */
  readonly blob: number;
  readonly edit: Edit;
  readonly code: string;
}

export type Edit =
  | { readonly set: number; readonly to: number }
  | { readonly flipBit: number }
  | { readonly cutTo: number }
  | { readonly append: number }
  | { readonly openInWorld: number };

export async function openFrozen(blob: FrozenBlob, edit?: Edit): Promise<string> {
  const world = knownWorld(edit && "openInWorld" in edit ? edit.openInWorld : blob.world);
  const bytes = edited(decodeBase64url(blob.bytes), edit);
  return encodeBase64url(await FORMATS[blob.format].open(bytes, world));
}

/** A world costs 10 ms of key generation, and there are hundreds of vectors in a few. */
const worlds = new Map<number, World>();
function knownWorld(seed: number): World {
  const world = worlds.get(seed) ?? worldOf(seed);
  worlds.set(seed, world);
  return world;
}

function edited(bytes: Uint8Array, edit: Edit | undefined): Uint8Array {
  if (!edit || "openInWorld" in edit) return bytes;
  if ("cutTo" in edit) return bytes.subarray(0, edit.cutTo);
  if ("append" in edit) return concat(bytes, new Uint8Array(edit.append));
  const copy = Uint8Array.from(bytes);
  if ("set" in edit) copy[edit.set] = edit.to;
  else copy[edit.flipBit >> 3] = (copy[edit.flipBit >> 3] ?? 0) ^ (1 << (edit.flipBit & 7));
  return copy;
}
