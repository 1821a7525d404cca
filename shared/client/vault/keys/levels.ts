import {
  isWithin,
  namesOfRights,
  RIGHT_NAMES,
  type Right,
  type Rights,
  rightsOf,
  withNeeds,
} from "#shared/crypto/vault/rights.ts";

interface Level {
  readonly name: string;
  readonly says: string;
  readonly rights: readonly Right[];
}

/** What each right lets somebody do. */
export const RIGHTS_SAY = {
  list: "Knows which items there are",
  read: "Opens and copies what is in them",
  write: "Adds and changes items",
  delete: "Removes items",
  share: "Adds people, and gives out single items; to nobody more than they may themselves",
  admin: "Removes people, says what each may do, and changes the key",
} as const satisfies Record<Right, string>;

/** With this right and all that it rests on; or without it and all that rests on it. */
export const turn = (rights: Rights, right: Right, isOn: boolean): Rights =>
  isOn
    ? rights | withNeeds(right)
    : rightsOf(
        RIGHT_NAMES.filter((one) => isWithin(withNeeds(one), rights) && !isWithin(rightsOf([right]), withNeeds(one))),
      );

/** The sets of rights that people choose from first. Any other sound set can be put together. */
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

/** The name of a usual set, or the rights one by one. */
export function sayAllowed(rights: Rights): string {
  const level = levelOf(rights);
  return level ? LEVELS[level].name : namesOfRights(rights).join(", ");
}
