/**
 * What a member of a vault may do, as one byte of its chain. Who has read holds the key of contents, who has list the key of entries;
 * the others are a matter of whose signature counts. Source: PROTOCOL 3.3.
 */
const BITS = { list: 1, read: 2, write: 4, delete: 8, share: 16, admin: 32 } as const;

export type Right = keyof typeof BITS;
export type Rights = number;

export const RIGHT_NAMES = Object.keys(BITS) as [Right, ...Right[]]; // the keys of the table above
export const ALL_RIGHTS: Rights = 63;

export const rightsOf = (names: readonly Right[]): Rights => names.reduce((sum, name) => sum | BITS[name], 0);
export const namesOfRights = (rights: Rights): Right[] => RIGHT_NAMES.filter((name) => may(rights, name));
export const may = (rights: Rights, right: Right): boolean => (rights & BITS[right]) !== 0;
export const isWithin = (inner: Rights, outer: Rights): boolean => (inner & ~outer) === 0;

/**
 * What a right rests on: nobody writes what they cannot read, removes what they may not write, hands on what they do not have, or looks after
 * members without being one who may hand on. Whoever removes signs the whole vault, and no signature could say that nothing else was changed
 * in it.
 */
const NEEDS: Readonly<Partial<Record<Right, Right>>> = {
  read: "list",
  write: "read",
  delete: "write",
  share: "read",
  admin: "share",
};

/** A right, and all that it rests on. */
export function withNeeds(right: Right): Rights {
  const needed = NEEDS[right];
  return needed ? BITS[right] | withNeeds(needed) : BITS[right];
}

/** Whether a member can have these: each with all that it rests on. Nobody belongs to a vault who may not even list. */
export const isSound = (rights: Rights): boolean =>
  may(rights, "list") &&
  isWithin(rights, ALL_RIGHTS) &&
  namesOfRights(rights).every((right) => isWithin(withNeeds(right), rights));
