import type { keyringContract } from "#shared/contracts/keyring.ts";
import { type AcceptedChain, followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { KeyOf } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError, type Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";

/** What this device has accepted of a person: less than this, or somebody else in their place, is refused. */
export interface PersonPin {
  readonly genesisKey: Uint8Array;
  readonly bundleSeq: number;
  readonly hash: Uint8Array;
}

export interface PersonPins {
  read(id: Id<"user">): Promise<PersonPin | undefined>;
  write(id: Id<"user">, pin: PersonPin): Promise<void>;
  remove(id: Id<"user">): Promise<void>;
}

/** A person's keys, out of the chain of statements that they signed. */
export interface PersonKeys {
  readonly id: Id<"user">;
  readonly genesisKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
  readonly signKey: SignPublicKey;
  readonly bundleHash: Uint8Array;
  /** When they took these keys, as they say themselves. */
  readonly sinceMs: number;
  /** The person has compared the safety number with them. Otherwise these are the keys that the service gave at first. */
  readonly isVerified: boolean;
}

/** Somebody whose keys are not the ones that were accepted: either they began anew, or somebody stands in their place. */
export class PersonChanged extends CryptoError {
  readonly person: Id<"user">;
  readonly wasVerified: boolean;
  constructor(person: Id<"user">, wasVerified: boolean, cause?: unknown) {
    super("crypto.context", { cause });
    this.person = person;
    this.wasVerified = wasVerified;
  }
}

/** Somebody of whom this account has known no keys, and the service has none: they have not set up theirs. */
export class NoKeys extends CryptoError {
  constructor() {
    super("crypto.context");
  }
}

export interface PeopleMeans {
  readonly api: Pick<Client<typeof keyringContract>, "getIdentity">;
  readonly account: Account;
  readonly pins: PersonPins;
  /** The first keys of those whose safety number was compared. */
  readonly verified: () => Promise<ReadonlyMap<Id<"user">, Uint8Array>>;
  readonly now: () => Date;
}

/** Whose keys are whose, as far as this device has reason to believe it. */
export interface People {
  /** @throws PersonChanged; NoKeys; CryptoError for a chain that does not hold */
  learn(ids: Iterable<Id<"user">>): Promise<void>;
  /** Whoever signed under these bundles, their later ones too if what is known does not name it. @throws as `learn` */
  learnSigners(signers: Iterable<Signer>): Promise<void>;
  /** Of somebody learnt. @throws crypto.context otherwise */
  get(id: Id<"user">): PersonKeys;
  readonly keyOf: KeyOf;
  /** From what the service and the vault say now. @throws as `learn` */
  learnAgain(id: Id<"user">): Promise<void>;
  /** What the service shows now, whatever was accepted: to be compared, and for nothing else. It is kept nowhere. @throws CryptoError */
  shownNow(id: Id<"user">): Promise<Pick<PersonKeys, "id" | "genesisKey">>;
  /** Forgets what was accepted. Whose safety number was compared stays refused: that is noted in the vault, not here. */
  acceptAnew(id: Id<"user">): Promise<void>;
}

/** Who signed, and under which of their bundles. */
export interface Signer {
  readonly id: Id<"user">;
  readonly bundleHash: Uint8Array;
}

interface Known {
  readonly chain: AcceptedChain;
  readonly isVerified: boolean;
}

export function openPeople(means: PeopleMeans): People {
  const { account, pins } = means;
  const known = new Map<Id<"user">, Known>();
  const get = (id: Id<"user">): Known => {
    const found = known.get(id);
    if (!found) throw new CryptoError("crypto.context");
    return found;
  };
  const learn = async (ids: Iterable<Id<"user">>) => {
    const missing = [...new Set(ids)].filter((id) => !known.has(id));
    if (missing.length === 0) return;
    const isOwnAlone = missing.every((id) => id === account.uid); // which the vault of the contacts itself may ask for
    const verified = isOwnAlone ? new Map<Id<"user">, Uint8Array>() : await means.verified();
    for (const id of missing) known.set(id, await follow(means, id, verified.get(id)));
  };
  const isNamed = ({ id, bundleHash }: Signer): boolean =>
    (id === account.uid && equalConstantTime(bundleHash, account.bundleHash)) ||
    (known.get(id)?.chain.bundles.some(({ hash }) => equalConstantTime(hash, bundleHash)) ?? false);
  return {
    learn,
    async learnSigners(signers) {
      const ids = new Set([...signers].filter((signer) => !isNamed(signer)).map(({ id }) => id));
      for (const id of ids) known.delete(id); // their keys changed since they were learnt, or they are not known yet
      await learn(ids);
    },
    async learnAgain(id) {
      known.delete(id);
      await learn([id]);
    },
    get(id) {
      const { chain, isVerified } = get(id);
      const { genesisKey, last, pin } = chain;
      return {
        id,
        genesisKey,
        kemKey: last.kemKey,
        signKey: last.signKey,
        bundleHash: pin.hash,
        sinceMs: last.notBeforeMs,
        isVerified,
      };
    },
    keyOf(id, bundleHash) {
      if (id === account.uid && equalConstantTime(bundleHash, account.bundleHash))
        return account.identity.sign.publicKey;
      const found = get(id).chain.bundles.find(({ hash }) => equalConstantTime(hash, bundleHash));
      demand(found !== undefined, "crypto.context");
      return found.bundle.signKey;
    },
    shownNow: async (id) => ({
      id,
      genesisKey: followBundles(await bundlesOf(means, id), placeOf(means, id)).genesisKey,
    }),
    async acceptAnew(id) {
      known.delete(id);
      await pins.remove(id);
    },
  };
}

/** From what was accepted before, or for the first time; one's own has to end in the keys that this device holds. */
async function follow(means: PeopleMeans, id: Id<"user">, verified: Uint8Array | undefined): Promise<Known> {
  const { account, pins } = means;
  const pin = await pins.read(id);
  const genesis = verified ?? pin?.genesisKey;
  const bundles = await bundlesOf(means, id).catch((error: unknown) => {
    if (error instanceof NoKeys && genesis) throw new CryptoError("crypto.context"); // there were some
    throw error;
  });
  try {
    const chain = followBundles(bundles, {
      ...placeOf(means, id),
      ...(genesis && { genesisKey: asSignPublicKey(genesis) }),
      ...(pin && (!verified || equalConstantTime(pin.genesisKey, verified)) && { pin }),
    });
    const isOwn = id === account.uid;
    demand(!isOwn || equalConstantTime(chain.pin.hash, account.bundleHash), "crypto.rollback");
    await pins.write(id, { genesisKey: chain.genesisKey, ...chain.pin });
    return { chain, isVerified: isOwn || verified !== undefined };
  } catch (error) {
    if (error instanceof CryptoError && genesis) throw new PersonChanged(id, verified !== undefined, error);
    throw error;
  }
}

async function bundlesOf({ api }: PeopleMeans, id: Id<"user">): Promise<Uint8Array[]> {
  const { bundles } = await api.getIdentity({ userId: id }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "identity.not_found") throw new NoKeys();
    throw error;
  });
  return bundles.map(decodeBase64url);
}

const placeOf = ({ account, now }: PeopleMeans, uid: Id<"user">) => ({
  ...{ tid: account.tid, uid },
  nowMs: now().getTime() + CLOCK_SKEW_MS,
});

const CLOCK_SKEW_MS = 5 * 60_000;
