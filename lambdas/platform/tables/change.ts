import type { ErrorCode } from "#shared/errors.ts";

export type Item = Record<string, unknown>;
export type Scalar = string | number | boolean | null;

/** What must hold of one attribute when the write happens. A plain value means "equals". */
export type Test =
  | Scalar
  | { readonly not: Scalar }
  | { readonly lt: number | string }
  | { readonly lte: number | string }
  | { readonly gt: number | string }
  | { readonly gte: number | string }
  | { readonly in: readonly Scalar[] }
  | { readonly absent: true };
export type Tests = Readonly<Record<string, Test>>;

/** Where else a row can be found: by this name within the tenant, ordered by `sk`. */
export interface Index {
  readonly name: string;
  readonly sk: string;
}

interface Refusal {
  readonly sk: string;
  readonly otherwise: ErrorCode; // thrown when the condition does not hold
  readonly missing?: ErrorCode; // thrown instead when there is no such row
}

interface Conditional {
  readonly if?: Tests; // every one of them must hold of the row as it is
  readonly orMissing?: true; // or there is no row yet
}

/** The row must not exist. */
export interface Insert extends Refusal {
  readonly do: "insert";
  readonly item: Item;
  readonly index?: Index;
}

/** The whole row is replaced; it must exist, unless `orMissing`. */
interface Put extends Refusal, Conditional {
  readonly do: "put";
  readonly item: Item;
  readonly index?: Index;
}

/** Some attributes change; the row must exist, unless `orMissing`. */
export interface Update extends Refusal, Conditional {
  readonly do: "update";
  readonly set?: Item;
  readonly add?: Readonly<Record<string, number>>;
  readonly remove?: readonly string[];
  readonly index?: Index;
}

interface Delete extends Refusal, Conditional {
  readonly do: "delete";
}

/** Nothing is written, but the other writes happen only if this holds. `absent`: there is no such row. */
interface Check extends Refusal, Conditional {
  readonly do: "check";
  readonly absent?: true;
}

/** One write described and not yet done, with the failure it means when it is refused. */
export type Change = Insert | Put | Update | Delete | Check;

/** Where a row of the directory lies: what it is found by. */
export type DirectoryKey = `${
  | "EMAIL" // by the hash of an address
  | "USER"
  | "SESSION"
  | "SLUG"
  | "KEY" // by the hash of an API key
  | "INVITE" // by the hash of an invite's secret
  | "LINK" // by the hash of a link's secret, or its id
  | "RATE"
  | "TASK"
  | "TICKET" // by the hash of a launch ticket
  | "RELAY" // by the hash of a relay ticket
  | "CONNECTION"
  | "POOL"
  | "STARTS"}#${string}`;

/** A change to a row of the directory, which belongs to no tenant. */
export type DirectoryChange = Change & { readonly pk: DirectoryKey };
export type AnyChange = Change | DirectoryChange;
