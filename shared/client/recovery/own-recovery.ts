import * as z from "zod";
import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { OwnRecovery, RecoverySet, recoveryContract } from "#shared/contracts/recovery.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { deriveKemKeys } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { compareCodeOf } from "#shared/crypto/recovery/compare-code.ts";
import { type RecoveryEnd, signRecoveryEnd } from "#shared/crypto/recovery/recovery-end.ts";
import type { ShareSet } from "#shared/crypto/recovery/share.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { ApiError, type Client } from "../api-client.ts";
import type { Database } from "../device/database.ts";
import type { Account, AccountPlace } from "../keyring.ts";

export interface AskingMeans {
  readonly api: Pick<Client<typeof recoveryContract>, "getSet" | "start" | "list" | "collect">;
  readonly keyring: Pick<Client<typeof keyringContract>, "getKeyring" | "getIdentity">;
  readonly place: AccountPlace;
  /** Where this browser keeps what it has started: the wait is longer than a visit. */
  readonly database: Database;
  readonly folder: string;
  readonly now: () => Date;
}

/**
 * What a browser that recovers keeps: the seed of the key which the contacts seal to, and the set as it was when the words were shown.
 * It lies open on this device until the recovery is over, for there is nothing yet to seal it with; alone it opens nothing.
 */
const Asking = z.object({
  recoveryId: idOf("recovery"),
  seed: z.string(),
  bundleHash: z.string(),
  collectableAt: z.string(),
  contacts: z.array(idOf("user")),
  set: z.object({
    setId: idOf("shareSet"),
    threshold: z.int(),
    commit: z.string(),
    ownerFingerprint: z.string(),
  }),
});
export type Asking = z.infer<typeof Asking>;

const keptAt = (folder: string) => `${folder}/recovery`;

/** @throws ApiError("recovery.no_set"), also where the shares open nothing any more */
export async function startAsking(means: AskingMeans, set: RecoverySet): Promise<Asking> {
  const { api, database, folder } = means;
  const seed = makeBytes(32);
  const { setId, threshold, commit, ownerFingerprint, bundleHash, contacts } = set;
  const ephemeralKey = encodeBase64url(deriveKemKeys(seed).publicKey);
  const { id: recoveryId, collectableAt } = await api.start({ setId, ephemeralKey });
  const named = { setId, threshold, commit, ownerFingerprint };
  const asking: Asking = {
    ...{ recoveryId, seed: encodeBase64url(seed), bundleHash, collectableAt, contacts, set: named },
  };
  await database.put(keptAt(folder), asking);
  return asking;
}

/** Asks those who hold shares now. @throws ApiError("recovery.no_set") where nobody does */
export async function askContacts(means: AskingMeans): Promise<Asking> {
  const { set } = await means.api.getSet({});
  if (!set) throw new ApiError("recovery.no_set", "No contacts hold a share of your recovery key.");
  return startAsking(means, set);
}

/** No share that was given, or is given still, opens the vault. */
const OVER: readonly ApiError["code"][] = ["recovery.not_found", "recovery.set_changed", "recovery.set_dead"];

/** What this device has asked for and is still under way, and how far it is. What is over is forgotten. */
export async function findAsking(means: AskingMeans) {
  const asking = await readAsking(means);
  if (!asking) return undefined;
  try {
    const { recovery: shown } = await means.api.collect({ recoveryId: asking.recoveryId });
    return { asking, shown, ...progressOf(asking, shown, means.now()) };
  } catch (error) {
    if (!(error instanceof ApiError && OVER.includes(error.code))) throw error;
    await forgetAsking(means);
    return undefined;
  }
}

export const readAsking = async ({ database, folder }: Pick<AskingMeans, "database" | "folder">) =>
  Asking.safeParse(await database.get(keptAt(folder))).data;

export const forgetAsking = ({ database, folder }: Pick<AskingMeans, "database" | "folder">): Promise<void> =>
  database.remove(keptAt(folder));

/** The six words to read to each contact. */
export const wordsToRead = (asking: Asking): string[] =>
  compareCodeOf(deriveKemKeys(decodeBase64url(asking.seed)).publicKey, setOf(asking));

export const setOf = ({ set, contacts }: Asking): ShareSet => ({
  ...{ purpose: "recovery", setId: set.setId, threshold: set.threshold, count: contacts.length },
  ...{ commit: decodeBase64url(set.commit), ownerFingerprint: decodeBase64url(set.ownerFingerprint) },
});

/** By a device whose vault is open: the service takes nobody else's word for it. */
export async function endRecovery(
  api: Pick<Client<typeof recoveryContract>, "end">,
  { tid, uid, identity }: Account,
  recoveryId: Id<"recovery">,
  how: RecoveryEnd,
): Promise<void> {
  const proof = signRecoveryEnd({ tid, uid, recoveryId, how }, identity.sign.secretKey);
  await api.end({ recoveryId, how, proof: encodeBase64url(proof) });
}

/** How far it is, in what can be shown. */
export function progressOf({ set }: Asking, { released, collectableAt }: OwnRecovery, now: Date) {
  const isEnough = released.length >= set.threshold;
  return { given: released.length, needed: set.threshold, isTime: now >= new Date(collectableAt), isEnough };
}
