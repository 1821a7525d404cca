import type { Member } from "#shared/contracts/tenants.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { OpenQuorum } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import { mayHold } from "#shared/permissions.ts";
import { type People, PersonChanged } from "../../people/people.ts";
import type { QuorumTerms } from "./quorum.ts";

/** Of whom the organisation says that they are who; the roles are the platform's word. */
type Person = Pick<Member, "userId" | "email" | "role">;

/** known: shares can be sealed to them · none: they have no keys yet · changed: not the keys that were accepted */
export interface Candidate extends Person {
  readonly keys: "known" | "none" | "changed";
}

/** Who can hold a share: the owners and admins. */
export async function listCandidates(people: People, members: readonly Person[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const member of members.filter(mayHold)) found.push({ ...member, keys: await keysOf(people, member.userId) });
  return found;
}

async function keysOf(people: People, person: Id<"user">): Promise<Candidate["keys"]> {
  try {
    await people.learnAgain(person);
    return "known";
  } catch (error) {
    if (error instanceof PersonChanged) return "changed";
    if (error instanceof CryptoError) return "none"; // none yet, or none that hold
    throw error;
  }
}

/** left: the organisation · role: neither owner nor admin any more · keys: others than those their share is sealed to */
interface LostHolder {
  readonly person: Id<"user">;
  readonly why: "left" | "role" | "keys";
}

export interface HolderReview {
  /** Whose share is of no use any more, or should not be. */
  readonly lost: readonly LostHolder[];
  /** A set of those who are still there, each by the keys they have now; undefined for fewer than two. */
  readonly next: QuorumTerms | undefined;
}

/** Holds the people of a set against those of the organisation, and says which set would put it right. */
export async function reviewHolders(
  people: People,
  quorum: OpenQuorum,
  members: readonly Person[],
): Promise<HolderReview> {
  const lost: LostHolder[] = [];
  const holders: Id<"user">[] = [];
  for (const { person, bundleHash } of quorum.holders) {
    const member = members.find(({ userId }) => userId === person);
    if (!member) lost.push({ person, why: "left" });
    else if (!mayHold(member)) lost.push({ person, why: "role" });
    else {
      const keys = await keysOf(people, person);
      const isSame = keys === "known" && equalConstantTime(people.get(person).bundleHash, bundleHash);
      if (!isSame) lost.push({ person, why: "keys" });
      if (keys === "known") holders.push(person);
    }
  }
  const threshold = Math.min(quorum.set.threshold, holders.length);
  return { lost, next: holders.length < 2 ? undefined : { threshold, holders } };
}
