import { expect } from "vitest";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { type ChainExpectation, followChain } from "#shared/crypto/vault/chain.ts";
import { BEFORE_FIRST, type ChainStep, type Deed, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import type { Id } from "#shared/ids.ts";
import { type World, worldOf } from "../world.ts";

/** People of one organisation, each with the keys of a world of their own. */
export const ann = worldOf(11);
export const ben = { ...worldOf(12), place: { ...worldOf(12).place, tid: ann.place.tid } };
export const carol = { ...worldOf(13), place: { ...worldOf(13).place, tid: ann.place.tid } };
export type Person = Pick<World, "place" | "bytes" | "user">;

const people: readonly Person[] = [ann, ben, carol];
export const uidOf = ({ place }: Person): Id<"user"> => place.uid;
export const bundleOf = ({ bytes }: Person): Uint8Array => bytes("bundle");

const expected: ChainExpectation = {
  tid: ann.place.tid,
  vaultId: ann.vaultId,
  keyOf: (id) => people.find((person) => uidOf(person) === id)?.user.sign.publicKey ?? ann.root.rootSign.publicKey,
};

export const commits = (name: string) => ({
  keyCommit: ann.bytes(`${name} key`),
  entryCommit: ann.bytes(`${name} entry`),
});
export const CREATE = { kind: "create", vaultKind: "group", ...commits("1") } as const;
export const adding = (person: Person, rights: number): Deed => ({
  ...{ kind: "add", person: uidOf(person), bundleHash: bundleOf(person), rights },
});

/** A chain that goes on by whoever does something, whether they might or not. */
export class Steps {
  readonly bytes: Uint8Array[] = [];

  next(author: Person, does: Deed, more: Partial<ChainStep> = {}): this {
    const last = this.bytes.at(-1);
    const step = {
      ...{ tid: ann.place.tid, vaultId: ann.vaultId, seq: this.bytes.length + 1, atMs: ann.nowMs },
      ...{ prevHash: last ? sha256(last) : BEFORE_FIRST.hash, manifest: BEFORE_FIRST },
      ...{ author: uidOf(author), bundleHash: bundleOf(author), does, ...more },
    };
    this.bytes.push(signChainStep(step, author.user.sign.secretKey));
    return this;
  }

  follow = (more: Partial<ChainExpectation> = {}) => followChain(this.bytes, { ...expected, ...more });
}

export const begun = () => new Steps().next(ann, CREATE);
export const code = (value: string) => expect.objectContaining({ code: value });
