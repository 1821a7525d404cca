import type { Database } from "#shared/client/device/database.ts";
import type { Account } from "#shared/client/keyring.ts";
import { ownerOf } from "#shared/client/rotation/carried.ts";
import { utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { openForSelf, readSelfName, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";

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
  /** Of the keys it is sealed by. */
  readonly rootGeneration: number;
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
}

const placeOf = (name: string) => ({ name: `note/${name}`, version: 1 });

/** While a change of all keys is going on, what lies here under the earlier ones is read, too. */
export function sealedNotes(account: Account, shelf: Shelf): Notes {
  const { root } = account;
  return {
    rootGeneration: root.urkGen,
    /** Undefined for what is not there or does not open: a note is a convenience, and the agent has the original. */
    async read(name) {
      const bytes = await shelf.get(name);
      try {
        return bytes && JSON.parse(utf8Decode(openForSelf(ownerOf(account, bytes), placeOf(name), bytes)));
      } catch {
        return undefined;
      }
    },
    write: (name, value) => shelf.put(name, sealForSelf(root, placeOf(name), utf8(JSON.stringify(value)))),
    remove: (name) => shelf.remove(name),
  };
}

/** After a change of all keys: what lies under an earlier root is sealed by the present one, as long as the account can still open it. */
export async function renewNotes(account: Account, database: Database, folder: string): Promise<void> {
  for (const bytes of await database.list<Uint8Array>(`${folder}/note/`)) {
    const name = nameOfEarlier(account, bytes);
    if (name)
      await database.change<Uint8Array | undefined>(`${folder}/${name}`, (kept) => kept && renewed(account, kept));
  }
}

function nameOfEarlier(account: Account, bytes: Uint8Array): string | undefined {
  try {
    return ownerOf(account, bytes) === account.root ? undefined : readSelfName(bytes);
  } catch {
    return undefined; // nothing that was sealed here
  }
}

function renewed(account: Account, bytes: Uint8Array): Uint8Array {
  const name = nameOfEarlier(account, bytes);
  if (!name) return bytes;
  const place = { name, version: 1 };
  try {
    return sealForSelf(account.root, place, openForSelf(ownerOf(account, bytes), place, bytes));
  } catch {
    return bytes;
  }
}
