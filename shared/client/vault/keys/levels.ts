import { type Right, type Rights, rightsOf } from "#shared/crypto/vault/rights.ts";

interface Level {
  readonly name: string;
  readonly says: string;
  readonly rights: readonly Right[];
}

/** The sets of rights that people choose from. The chain can hold any other sound set too. */
export const LEVELS = {
  list: { name: "Sees names", says: "Knows which items there are, and cannot open them", rights: ["list"] },
  read: { name: "Reads", says: "Opens and copies what is in them", rights: ["list", "read"] },
  edit: { name: "Edits", says: "Adds, changes and removes items too", rights: ["list", "read", "write", "delete"] },
  manage: {
    name: "Looks after it",
    says: "Decides who belongs to it too",
    rights: ["list", "read", "write", "delete", "share", "admin"],
  },
} as const satisfies Record<string, Level>;

export type LevelName = keyof typeof LEVELS;
export const LEVEL_NAMES = Object.keys(LEVELS) as LevelName[]; // the keys of the table above

export const rightsOfLevel = (level: LevelName): Rights => rightsOf(LEVELS[level].rights);

/** Undefined for a set of rights that is none of these. */
export const levelOf = (rights: Rights): LevelName | undefined =>
  LEVEL_NAMES.find((level) => rightsOfLevel(level) === rights);
