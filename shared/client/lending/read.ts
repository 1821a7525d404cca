import type { GrantView } from "#shared/contracts/grants.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type Handed, openLetter, readHanded } from "#shared/crypto/grants/handed.ts";
import type { SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";
import type { People } from "../people/people.ts";
import { demandAnswers, type Letter, readLetter } from "./letter.ts";

export interface Reading {
  readonly account: Account;
  readonly people: Pick<People, "learn" | "learnAgain" | "get">;
  readonly now: () => Date;
}

/** A grant between two people, as one of them reads it: what the platform keeps, opened, and checked against each other. */
export interface Lending {
  readonly row: GrantView;
  readonly otherId: Id<"user">;
  readonly letter: Letter;
  /** Once it was given. */
  readonly handed: Handed | undefined;
  readonly changed: WhoChanged | undefined;
}

/** One that is not what its two people have sealed: it cannot be answered or used. */
export interface Unreadable {
  readonly row: GrantView;
  readonly otherId: Id<"user">;
  readonly trouble: CryptoError;
  readonly changed: WhoChanged | undefined;
}

/** Who of the two changed all their keys since it was asked for: it was sealed and signed between keys that are no more. */
type WhoChanged = "you" | "they";

const otherOf = ({ side, issuerId, subjectId }: GrantView): Id<"user"> => (side === "issuer" ? subjectId : issuerId);

export async function readLending(reading: Reading, row: GrantView): Promise<Lending | Unreadable> {
  const otherId = otherOf(row);
  try {
    return await attempt(reading, row, otherId);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
  }
  try {
    await reading.people.learnAgain(otherId); // their keys may be others than when this device learnt them
    return await attempt(reading, row, otherId);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return { row, otherId, changed: await whoChanged(reading, row, otherId), trouble: error };
  }
}

async function attempt(reading: Reading, row: GrantView, otherId: Id<"user">): Promise<Lending> {
  const { account, people } = reading;
  const isOurs = (row.side === "issuer" ? row.issuerId : row.subjectId) === account.uid;
  demand(isOurs && otherId !== account.uid, "crypto.context");
  await people.learn([otherId]);
  const opened = openBoth(reading, row, people.get(otherId).signKey);
  return { row, otherId, changed: await whoChanged(reading, row, otherId), ...opened };
}

/** For words alone, by when they say that their keys began: nothing is opened because of it. */
async function whoChanged(
  { account, people }: Reading,
  { createdAt }: GrantView,
  otherId: Id<"user">,
): Promise<WhoChanged | undefined> {
  try {
    await people.learn([account.uid, otherId]);
  } catch (error) {
    if (error instanceof CryptoError) return undefined; // whoever is not to be believed has said nothing
    throw error;
  }
  const isSince = (person: Id<"user">) => people.get(person).sinceMs > Date.parse(createdAt);
  if (isSince(account.uid)) return "you";
  return isSince(otherId) ? "they" : undefined;
}

function openBoth({ account, now }: Reading, row: GrantView, otherKey: SignPublicKey) {
  const { tid, uid, identity } = account;
  const ownKey = identity.sign.publicKey;
  const place = { tid, grantId: row.id, reader: uid };
  const keyOf = (person: Id<"user">) => ({ sender: person === uid ? ownKey : otherKey, recipient: identity.kem });
  const asked = openLetter(
    ...(["grant-request", { ...place, sender: row.subjectId }, keyOf(row.subjectId)] as const),
    decodeBase64url(row.request),
  );
  const letter = readLetter(asked, row);
  if (row.grant === null) return { letter, handed: undefined };
  const given = openLetter(
    ...(["grant-handed", { ...place, sender: row.issuerId }, keyOf(row.issuerId)] as const),
    decodeBase64url(row.grant),
  );
  const handed = readHanded(given, keyOf(row.issuerId).sender);
  demandIsFor(handed, row, tid);
  demandAnswers(handed.grant, letter, now().getTime());
  return { letter, handed };
}

function demandIsFor({ grant }: Handed, row: GrantView, tid: Id<"tenant">): void {
  const isSame =
    grant.grantId === row.id &&
    grant.tid === tid &&
    grant.issuer.userId === row.issuerId &&
    grant.subject.userId === row.subjectId &&
    grant.issuer.agentId === row.issuerAgentId &&
    grant.tier === row.tier;
  demand(isSame, "crypto.context");
}
