import type { Database } from "#shared/client/device/database.ts";
import type { RootKeys } from "#shared/crypto/account/root.ts";
import { utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";

/** Where bytes lie on this device, by name. */
export interface Shelf {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** A shelf among what the browser keeps. */
export const shelfOf = (database: Database, folder: string): Shelf => ({
  get: (name) => database.get(`${folder}/note/${name}`),
  put: (name, bytes) => database.put(`${folder}/note/${name}`, bytes),
  remove: (name) => database.remove(`${folder}/note/${name}`),
});

/** Small things this device keeps for itself between visits (drafts, what was said lately), sealed by the root to itself. */
export interface Notes {
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

const placeOf = (name: string) => ({ name: `note/${name}`, version: 1 });

export function sealedNotes(root: RootKeys, shelf: Shelf): Notes {
  return {
    /** Undefined for what is not there or does not open: a note is a convenience, and the agent has the original. */
    async read(name) {
      const bytes = await shelf.get(name);
      try {
        return bytes && JSON.parse(utf8Decode(openForSelf(root, placeOf(name), bytes)));
      } catch {
        return undefined;
      }
    },
    write: (name, value) => shelf.put(name, sealForSelf(root, placeOf(name), utf8(JSON.stringify(value)))),
    remove: (name) => shelf.remove(name),
  };
}
