import type { Id } from "../../ids.ts";
import { equalConstantTime } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import type { SignPublicKey } from "../primitives/sign.ts";
import type { ShareSet } from "../recovery/share.ts";
import {
  BEFORE_FIRST,
  type ChainStep,
  checkChainStep,
  type Deed,
  type Holder,
  type KeyCommits,
  type Quorum,
  type ReadStep,
  readChainStep,
  type VaultKind,
} from "./chain-step.ts";
import type { ManifestPin } from "./manifest.ts";
import { fingerprintOf } from "./quorum.ts";
import { ALL_RIGHTS, isSound, isWithin, may, type Right, type Rights } from "./rights.ts";

/** A stretch of the chain in which somebody was a member with the same rights and the same keys. */
interface Period {
  readonly from: number;
  /** The step that ended it; undefined while it lasts. */
  readonly until: number | undefined;
  readonly bundleHash: Uint8Array;
  readonly rights: Rights;
}

interface Generation extends KeyCommits {
  readonly keyGen: number;
  /** The step that began it. */
  readonly seq: number;
}

/** Where a vault's chain stands, and where it stood: what a client acts on. */
export interface ChainState {
  readonly kind: VaultKind;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly steps: readonly ReadStep[];
  readonly generations: readonly Generation[];
  readonly periods: ReadonlyMap<Id<"user">, readonly Period[]>;
  /** The set of shares under which the present key lies, and who made it; only of a threshold vault, once it has one. */
  readonly quorum: OpenQuorum | undefined;
}

export interface OpenQuorum {
  readonly set: ShareSet;
  readonly maker: Holder;
  readonly holders: readonly Holder[];
}

export interface ChainExpectation {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  /** The identity key that a person's bundle of this hash names. @throws crypto.context for one that nobody vouches for */
  readonly keyOf: KeyOf;
  readonly pin?: ManifestPin;
}

export type KeyOf = (person: Id<"user">, bundleHash: Uint8Array) => SignPublicKey;

/**
 * Replays a chain. Steps up to the pin were checked when it was set, and its hash covers all of them: they are linked and judged again,
 * their signatures are not.
 * @throws crypto.signature, crypto.context, crypto.rollback, crypto.suite
 */
export function followChain(steps: readonly Uint8Array[], { tid, vaultId, keyOf, pin }: ChainExpectation): ChainState {
  const read = steps.map(readChainStep);
  const pinned = pin && read[pin.seq - 1];
  demand(!pin || (pinned !== undefined && equalConstantTime(pinned.hash, pin.hash)), "crypto.rollback");
  let state: ChainState | undefined;
  for (const next of read) {
    const { step } = next;
    demand(step.tid === tid && step.vaultId === vaultId, "crypto.context");
    if (!pin || step.seq > pin.seq) {
      checkChainStep(next, keyOf(step.author, step.bundleHash));
      if (step.does.kind === "renew") keyOf(step.author, step.does.bundleHash); // keys that the person's own statements name
    }
    state = state ? goOn(state, next) : begin(next);
  }
  demand(state !== undefined, "crypto.rollback");
  return state;
}

function begin(first: ReadStep): ChainState {
  const { step, hash } = first;
  const { does, author, bundleHash } = step;
  demand(does.kind === "create" && step.seq === 1, "crypto.context");
  const isFirst = step.manifest.seq === 0 && equalConstantTime(step.manifest.hash, BEFORE_FIRST.hash);
  demand(isFirst && equalConstantTime(step.prevHash, BEFORE_FIRST.hash), "crypto.context");
  const { vaultKind: kind, keyCommit, entryCommit } = does;
  const generations = [{ keyGen: 1, seq: 1, keyCommit, entryCommit }];
  const periods = new Map([[author, [{ from: 1, until: undefined, bundleHash, rights: ALL_RIGHTS }]]]);
  return { kind, seq: 1, hash, steps: [first], generations, periods, quorum: undefined };
}

/** The state after one more step, if its author might make it where the chain stood. @throws crypto.context */
export function goOn(state: ChainState, next: ReadStep): ChainState {
  const { step, hash } = next;
  demand(step.seq === state.seq + 1 && equalConstantTime(step.prevHash, state.hash), "crypto.context");
  demand(step.manifest.seq >= (state.steps.at(-1)?.step.manifest.seq ?? 0), "crypto.context");
  const author = memberAt(state, step.author, state.seq);
  demand(author !== undefined && equalConstantTime(author.bundleHash, step.bundleHash), "crypto.context");
  demand(mayDo(state, { ...step, rights: author.rights }), "crypto.context");
  const after = { ...state, seq: step.seq, hash, steps: [...state.steps, next] };
  const { does } = step;
  demand(does.kind !== "create", "crypto.context");
  if (does.kind === "rotate") {
    const { keyGen, keyCommit, entryCommit } = does;
    return { ...after, generations: [...state.generations, { keyGen, seq: step.seq, keyCommit, entryCommit }] };
  }
  if (does.kind === "quorum") return withQuorum(state, after, { ...step, does });
  const deed = does.kind === "renew" ? { ...author, ...does, person: step.author } : does;
  return { ...after, periods: withDeed(state.periods, step.seq, deed) };
}

/** Those who hold shares are the members from here on, and nobody else; the key is another. */
function withQuorum(
  { generations, periods }: ChainState,
  after: ChainState,
  { does, seq, author: person, bundleHash, tid, vaultId }: ChainStep & { readonly does: Quorum },
): ChainState {
  const { keyGen, keyCommit, entryCommit, setId, threshold, shareCommit: commit, holders } = does;
  const ended = [...periods].map(([id, all]) => {
    const last = all.at(-1);
    return [id, last && last.until === undefined ? [...all.slice(0, -1), { ...last, until: seq }] : all] as const;
  });
  const next = new Map(ended);
  for (const holder of holders) {
    const period = { from: seq, until: undefined, bundleHash: holder.bundleHash, rights: ALL_RIGHTS };
    next.set(holder.person, [...(next.get(holder.person) ?? []), period]);
  }
  const place = { purpose: "vault", setId, threshold, count: holders.length, commit } as const;
  const set = { ...place, ownerFingerprint: fingerprintOf({ tid, vaultId }) };
  return {
    ...after,
    generations: [...generations, { keyGen, seq, keyCommit, entryCommit }],
    periods: next,
    quorum: { set, maker: { person, bundleHash }, holders },
  };
}

const HOLDERS_MAX = 10; // a step has a kilobyte

function isQuorum({ threshold, holders }: Quorum): boolean {
  const people = new Set(holders.map(({ person }) => person));
  return (
    threshold >= 2 && threshold <= holders.length && holders.length <= HOLDERS_MAX && people.size === holders.length
  );
}

interface Doing {
  readonly author: Id<"user">;
  readonly rights: Rights;
  readonly does: Deed;
}

/** The rules of who may change what: nobody gives more than they have, and somebody is always left who looks after the members. */
function mayDo(state: ChainState, { author, rights, does }: Doing): boolean {
  if (does.kind === "renew") return true; // one's own keys, by whoever holds the ones before
  if (does.kind === "quorum") {
    const isNext = state.kind === "threshold" && does.keyGen === currentKeyGen(state) + 1;
    return isNext && may(rights, "admin") && isQuorum(does);
  }
  if (state.kind === "threshold") return false; // its key is nobody's to hand on
  if (does.kind === "rotate") return may(rights, "admin") && does.keyGen === currentKeyGen(state) + 1;
  if (does.kind === "create" || state.kind === "personal") return false; // begun once; and a person's own stays theirs alone
  const before = memberAt(state, does.person, state.seq);
  if (does.kind === "add")
    return !before && may(rights, "share") && isSound(does.rights) && isWithin(does.rights, rights);
  if (!before || !isLookedAfter(state, does)) return false;
  if (does.kind === "remove") return author === does.person || may(rights, "admin");
  return may(rights, "admin") && isSound(does.rights);
}

function isLookedAfter(state: ChainState, does: Extract<Deed, { kind: "remove" | "set" }>): boolean {
  if (does.kind === "set" && may(does.rights, "admin")) return true;
  return membersOf(state).some(({ person, rights }) => person !== does.person && may(rights, "admin"));
}

type OfPerson = Extract<Deed, { readonly person: Id<"user"> }>;
type Renewal = Extract<Deed, { readonly kind: "renew" }> & Pick<Period, "rights"> & { readonly person: Id<"user"> };

function withDeed(periods: ChainState["periods"], seq: number, does: OfPerson | Renewal): ChainState["periods"] {
  const before = periods.get(does.person) ?? [];
  const last = before.at(-1);
  const ended = last && last.until === undefined ? [...before.slice(0, -1), { ...last, until: seq }] : before;
  if (does.kind === "remove") return new Map(periods).set(does.person, ended);
  const bundleHash = does.kind === "set" ? last?.bundleHash : does.bundleHash;
  demand(bundleHash !== undefined, "crypto.context");
  return new Map(periods).set(does.person, [
    ...ended,
    { from: seq, until: undefined, bundleHash, rights: does.rights },
  ]);
}

/** What somebody was after the step `seq`; undefined for who was no member then. */
export const memberAt = ({ periods }: Pick<ChainState, "periods">, person: Id<"user">, seq: number) =>
  periods.get(person)?.find(({ from, until }) => from <= seq && (until === undefined || seq < until));

export const membersOf = ({ periods, seq }: Pick<ChainState, "periods" | "seq">) =>
  [...periods.keys()].flatMap((person) => {
    const member = memberAt({ periods }, person, seq);
    return member ? [{ person, ...member }] : [];
  });

/** Whether somebody ever had a right. */
export const everHad = ({ periods }: Pick<ChainState, "periods">, person: Id<"user">, right: Right): boolean =>
  periods.get(person)?.some(({ rights }) => may(rights, right)) ?? false;

export const currentKeyGen = ({ generations }: Pick<ChainState, "generations">): number => generations.length;

/** The generation that was current after the step `seq`. */
export const keyGenAt = ({ generations }: Pick<ChainState, "generations">, seq: number): number =>
  generations.filter((generation) => generation.seq <= seq).length;
