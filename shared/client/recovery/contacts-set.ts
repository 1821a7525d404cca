import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { RecoverySet, recoveryContract } from "#shared/contracts/recovery.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { erase } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { ownerFingerprintOf, sealShareFor } from "#shared/crypto/recovery/sealed-share.ts";
import { splitKey } from "#shared/crypto/recovery/split.ts";
import { type Id, newId } from "#shared/ids.ts";
import { ApiError, type Client } from "../api-client.ts";
import { keepKeyring, putContactsSlot, removeSlot } from "../change-keyring.ts";
import type { Account, KeyringPin } from "../keyring.ts";
import { signed } from "../signed-write.ts";
import type { Contact, Vaults } from "../vault/vaults.ts";

/** How many contacts a person may choose, and how many of them are proposed to be enough. */
export const CONTACTS = { min: 3, max: 10, proposed: 5, enough: 3 } as const;

export interface OwnerMeans {
  readonly api: Pick<Client<typeof recoveryContract>, "getSet" | "putSet" | "removeSet">;
  readonly keyring: Pick<Client<typeof keyringContract>, "getKeyring" | "changeKeyring">;
  readonly account: Account;
  readonly pin: KeyringPin;
  readonly vaults: Pick<Vaults, "contact" | "people">;
  readonly deriveArgon2id: DeriveArgon2id;
  readonly now: () => Date;
  /** Told of the keyring as it is after a change. */
  readonly keepPin: (pin: KeyringPin) => Promise<void>;
}

export interface Chosen {
  readonly contacts: readonly Id<"user">[];
  readonly threshold: number;
  /** Of the vault: an open browser alone does not hand out what opens it. */
  readonly passphrase: string;
}

/** Somebody whose safety number was not compared: a share for them might go to whoever stands in their place. */
export class ContactUnverified extends CryptoError {
  readonly person: Id<"user">;
  constructor(person: Id<"user">) {
    super("crypto.context");
    this.person = person;
  }
}

/**
 * Hands a share to each contact, in place of those before. The key that is split is drawn here and forgotten here; what it opens is a slot
 * of the keyring, which is put first, so that a set is never without it. Copies that former contacts kept still fit the slot of then.
 * @throws ContactUnverified, PersonChanged; CryptoError for a wrong passphrase
 */
export async function chooseContacts(means: OwnerMeans, chosen: Chosen): Promise<RecoverySet> {
  const { api, account, vaults, now } = means;
  const { tid, uid, identity } = account;
  const contacts = await Promise.all(chosen.contacts.map((id) => getVerified(vaults, id)));
  const { genesisKey } = await vaults.contact(uid);
  const { set: before } = await api.getSet({});
  const key = makeKey();
  const setId = newId("shareSet", now());
  const { set, shares } = await splitKey(key, {
    ...{ purpose: "recovery", setId, threshold: chosen.threshold, count: contacts.length },
    ...{ ownerFingerprint: ownerFingerprintOf({ tid, uid, genesisKey }), signer: identity.sign.secretKey },
  });
  const { slotId, slotSeq } = await putSlot(means, chosen.passphrase, { setId, key });
  erase(key);
  const seal = ({ id, kemKey }: Contact, share: Uint8Array) =>
    sealShareFor(share, { tid, owner: uid, contact: id, setId }, { contact: kemKey, owner: identity.sign });
  const request = {
    ...{
      setId,
      slotId,
      threshold: set.threshold,
      commit: encodeBase64url(set.commit),
      replaces: before?.setId ?? null,
    },
    ownerFingerprint: encodeBase64url(set.ownerFingerprint),
    bundleHash: encodeBase64url(account.bundleHash),
    shares: contacts.map((contact, i) => ({
      contactId: contact.id,
      sealedTo: encodeBase64url(contact.bundleHash),
      share: encodeBase64url(seal(contact, shares[i] ?? new Uint8Array(0))), // there is one for each
    })),
  };
  return keepSet(api, signed(account, { what: "recovery.put", seq: slotSeq }, request));
}

/** A reply that got lost, or a repetition refused because the first one had arrived, is not taken for a failure. */
async function keepSet(
  api: OwnerMeans["api"],
  request: Parameters<OwnerMeans["api"]["putSet"]>[0],
): Promise<RecoverySet> {
  try {
    return await api.putSet(request);
  } catch (error) {
    if (!(error instanceof ApiError && UNCLEAR.includes(error.code))) throw error;
    const { set } = await api.getSet({});
    if (set?.setId !== request.setId) throw error;
    return set;
  }
}

const UNCLEAR: readonly ApiError["code"][] = ["network", "reply", "recovery.set_changed"];

/** Takes the shares away from where contacts find them, and the slot from the keyring. */
export async function dismissContacts(means: OwnerMeans, setId: Id<"shareSet">, present: string): Promise<void> {
  const { account, pin, deriveArgon2id, now } = means;
  const keyring = await means.keyring.getKeyring({});
  let { slotSeq } = keyring;
  const slots = keyring.slots.filter(({ type }) => type === "contacts");
  for (const { id: slotId } of slots) {
    const input = { deriveArgon2id, now: now(), pin };
    const change = await removeSlot(keyring, account, { present, slotId }, input);
    await keepKeyring(means.keyring, change.request);
    await means.keepPin(change.pin);
    ({ slotSeq } = change.request);
  }
  await means.api.removeSet(signed(account, { what: "recovery.remove", seq: slotSeq }, { setId })).catch(ifGone);
}

/** A repetition: the first one had arrived. */
function ifGone(error: unknown): void {
  if (!(error instanceof ApiError && error.code === "recovery.no_set")) throw error;
}

type Recovery = Parameters<typeof putContactsSlot>[2]["recovery"];

/** @returns the slot, and where the keyring stands with it */
async function putSlot(means: OwnerMeans, present: string, recovery: Recovery) {
  const { account, deriveArgon2id, now, pin } = means;
  const keyring = await means.keyring.getKeyring({});
  const change = await putContactsSlot(keyring, account, { present, recovery }, { deriveArgon2id, now: now(), pin });
  await keepKeyring(means.keyring, change.request);
  await means.keepPin(change.pin);
  return { slotId: change.slotId, slotSeq: change.request.slotSeq };
}

async function getVerified(vaults: OwnerMeans["vaults"], id: Id<"user">): Promise<Contact> {
  await vaults.people.learnAgain(id); // sealed to the keys they have now
  const contact = await vaults.contact(id);
  if (!contact.isVerified) throw new ContactUnverified(id);
  return contact;
}
