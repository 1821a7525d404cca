import type { BorrowedGrant, LendingOffer, LentItem } from "#shared/channel/app-lending.ts";
import type { OfferedItem } from "#shared/channel/app-vault.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { type Grant, openGrant } from "#shared/crypto/grants/grant.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { asKemPublicKey, type KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import type { Unlocked } from "../live/unlock.ts";
import type { Log } from "../platform/log.ts";

export type Self = Pick<Unlocked, "place" | "identity" | "userKey">;

export interface Lent {
  readonly grant: Grant;
  readonly item: OfferedItem;
}

export interface Borrowed {
  readonly grant: Grant;
  readonly issuerKey: SignPublicKey;
  readonly issuerKem: KemPublicKey;
  readonly what: string;
  /** What was handed over with it: this agent sends that itself. */
  readonly item: OfferedItem | undefined;
}

/** What the agent may do for others, and with others' agents, in this process's memory and nowhere else. */
export interface LendingHeld {
  /** False for an offer from before the last. */
  take(offer: LendingOffer): boolean;
  /** Values and borrowed grants go. What was lent stays known, so that whoever asks for it is told why not. */
  drop(): void;
  version(): number;
  lent(): readonly Lent[];
  findLent(id: Id<"grant">): Lent | undefined;
  /** Also of one that is locked or was taken back. */
  findGrant(id: Id<"grant">): Grant | undefined;
  borrowed(): readonly Borrowed[];
  findBorrowed(id: Id<"grant">): Borrowed | undefined;
}

const KNOWN_MAX = 200;

/** @param before the version of the last offer that a task before this one has taken */
export function holdLending(self: Self, log: Log, before: number): LendingHeld {
  let version = before;
  let lent: readonly Lent[] = [];
  let borrowed: readonly Borrowed[] = [];
  const known = new Map<Id<"grant">, Grant>();
  /** One that does not hold is left out, and does not take the others with it. */
  const opened = <T, U>(all: readonly T[], open: (one: T) => U): U[] =>
    all.flatMap((one) => {
      try {
        return [open(one)];
      } catch (error) {
        log.error("lending.not_held", error);
        return [];
      }
    });
  return {
    take(offer) {
      if (offer.version < version) return false;
      version = offer.version;
      lent = opened(offer.lent, (one) => openLent(one, self));
      borrowed = opened(offer.borrowed, (one) => openBorrowed(one, self));
      for (const { grant } of lent) known.set(grant.grantId, grant);
      for (const oldest of known.keys()) if (known.size > KNOWN_MAX) known.delete(oldest);
      return true;
    },
    drop() {
      lent = [];
      borrowed = [];
    },
    version: () => version,
    lent: () => lent,
    findLent: (id) => lent.find(({ grant }) => grant.grantId === id),
    findGrant: (id) => known.get(id),
    borrowed: () => borrowed,
    findBorrowed: (id) => borrowed.find(({ grant }) => grant.grantId === id),
  };
}

/** Signed by the owner, of this agent, for the item that came with it. */
function openLent({ grant: text, fields }: LentItem, self: Self): Lent {
  const grant = openGrant(decodeBase64url(text), self.userKey);
  demand(grant.tid === self.place.tid && grant.issuer.userId === self.place.uid, "crypto.context");
  demandIsSelf(grant.issuer, self);
  demand(grant.tier === "live", "crypto.context"); // what was handed over is the subject's agent's to use
  return { grant, item: itemOf(grant, fields) };
}

const itemOf = ({ itemId, as, sites, fields }: Grant, offered: OfferedItem["fields"]): OfferedItem => ({
  ...{ itemId, itemVersion: 1, as, sites: [...sites] },
  fields: offered.filter(({ name }) => fields.includes(name)),
});

/** Signed by its issuer, whose key the owner's device has checked, and given to this agent. */
function openBorrowed(offered: BorrowedGrant, self: Self): Borrowed {
  const { grant: text, issuerKem: kem, what, fields } = offered;
  const issuerKey = asSignPublicKey(decodeBase64url(offered.issuerKey));
  const grant = openGrant(decodeBase64url(text), issuerKey);
  const issuerKem = asKemPublicKey(decodeBase64url(kem));
  demand(grant.tid === self.place.tid && grant.subject.userId === self.place.uid, "crypto.context");
  demand(equalConstantTime(sha256(issuerKem), grant.issuer.kemHash), "crypto.context");
  demandIsSelf(grant.subject, self);
  demand((grant.tier === "sealed") === (fields !== undefined), "crypto.context");
  return { grant, issuerKey, issuerKem, what, item: fields && itemOf(grant, fields) };
}

function demandIsSelf({ agentId, signKey, kemHash }: Grant["issuer"], { place, identity }: Self): void {
  const isSelf =
    agentId === place.agentId &&
    equalConstantTime(signKey, identity.sign.publicKey) &&
    equalConstantTime(kemHash, sha256(identity.kem.publicKey));
  demand(isSelf, "crypto.context");
}
