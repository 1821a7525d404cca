import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { VaultMembership } from "#shared/contracts/vault.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import type { Client } from "../api-client.ts";
import type { Database } from "../device/database.ts";
import { personPinsOf, vaultPinsOf } from "../device/stores.ts";
import type { Account } from "../keyring.ts";
import { markVerified, NumberDiffers, safetyNumberWith, verifiedIn } from "../people/contacts.ts";
import { openPeople, type People, PersonChanged, type PersonKeys } from "../people/people.ts";
import { createVault } from "./create-vault.ts";
import type { Transfer } from "./files/transfer.ts";
import type { VaultApi } from "./head.ts";
import { createThresholdVault, type QuorumTerms } from "./openings/quorum.ts";
import { openThreshold, type ThresholdVault } from "./openings/threshold-vault.ts";
import type { VaultMeans, Which } from "./state.ts";
import { openVaultBook, type VaultBook } from "./vault-book.ts";

export interface VaultsInput {
  readonly api: VaultApi;
  readonly keyring: Pick<Client<typeof keyringContract>, "getIdentity">;
  readonly account: Account;
  /** Where this device keeps what it saw, under this name. */
  readonly database: Database;
  readonly folder: string;
  readonly transfer: Transfer;
  readonly now: () => Date;
}

/** Somebody else as this account knows them. */
export interface Contact extends PersonKeys {
  /** Sixty digits in groups of five: the same on both sides, unless somebody stands between. */
  readonly safetyNumber: readonly string[];
}

/** All vaults of an account in one session, and whom it knows. */
export interface Vaults {
  /** Whose keys are whose. */
  readonly people: People;
  /** For what goes through all of them at once. */
  readonly means: VaultMeans;
  open(which: Which): Promise<VaultBook>;
  list(): Promise<readonly VaultMembership[]>;
  /** An empty vault for a group, or the one of the organisation, with this account as its first member. */
  create(name: string, kind?: "group" | "tenant"): Promise<Id<"vault">>;
  /** An empty vault that nobody opens alone. */
  createThreshold(name: string, terms: QuorumTerms): Promise<Id<"vault">>;
  threshold(vaultId: Id<"vault">): ThresholdVault;
  /** @throws PersonChanged where the keys are not the ones that were accepted */
  contact(id: Id<"user">): Promise<Contact>;
  /** Whose safety number was compared, as the own vault says: nobody is asked for keys. */
  verified(): Promise<ReadonlySet<Id<"user">>>;
  /** The key under which somebody signed, as one of their key statements names it. @throws as `contact`, and crypto.context for none of theirs */
  signKeyOf(id: Id<"user">, bundleHash: Uint8Array): Promise<SignPublicKey>;
  /** Both have compared the safety number: other keys in this person's place are refused from now on, on every device. @throws as `contact` */
  verify(contact: Contact): Promise<void>;
  /**
   * Somebody who was verified has other keys: these are taken for the safety number that they read out, all of it, and for nothing less.
   * @throws NumberDiffers, and nothing was changed
   */
  verifyAnew(id: Id<"user">, number: string): Promise<Contact>;
  /** Takes this person's keys as they are now, unverified. @throws PersonChanged for who was verified: `verifyAnew` */
  acceptAnew(id: Id<"user">): Promise<Contact>;
}

export function openVaults(input: VaultsInput): Vaults {
  const { api, account, database, folder, now } = input;
  const books = new Map<Which, Promise<VaultBook>>();
  const openUntil = new Map<Which, string>();
  const open = (which: Which): Promise<VaultBook> => {
    if ((openUntil.get(which) ?? "~") <= now().toISOString()) {
      books.delete(which); // several opened it, for a while
      openUntil.delete(which);
    }
    const opened = books.get(which) ?? openVaultBook(means, which);
    books.set(which, opened);
    opened.catch(() => books.delete(which));
    return opened;
  };
  const verified = async () => verifiedIn(await open("own"));
  const people: People = openPeople({
    ...{ api: input.keyring, account, pins: personPinsOf(database, folder), now, verified },
  });
  const means: VaultMeans = {
    api,
    account,
    people,
    pins: vaultPinsOf(database, folder),
    transfer: input.transfer,
    now,
  };
  const contact = async (id: Id<"user">): Promise<Contact> => {
    await people.learn([id, account.uid]);
    const keys = people.get(id);
    return { ...keys, safetyNumber: safetyNumberWith(account, people.get(account.uid), keys) };
  };
  return {
    people,
    means,
    open,
    contact,
    verified: async () => new Set((await verified()).keys()),
    async signKeyOf(id, bundleHash) {
      await people.learn([id]);
      return people.keyOf(id, bundleHash);
    },
    list: async () => (await api.listVaults({})).items,
    create: async (name, kind = "group") => (await createVault(api, account, { kind, name }, now())).id,
    createThreshold: (name, terms) => createThresholdVault(means, name, terms),
    threshold: (vaultId) =>
      openThreshold(means, vaultId, (book, until) => {
        books.set(vaultId, Promise.resolve(book));
        openUntil.set(vaultId, until);
      }),
    async verify(person) {
      const known = await contact(person.id);
      demand(equalConstantTime(known.genesisKey, person.genesisKey), "crypto.context");
      await markVerified(await open("own"), known, now());
      await people.learnAgain(known.id);
    },
    async verifyAnew(id, number) {
      await people.learn([account.uid]);
      const shown = await people.shownNow(id);
      const digits = safetyNumberWith(account, people.get(account.uid), shown).join("");
      if (number.replaceAll(/\D/g, "") !== digits) throw new NumberDiffers();
      await markVerified(await open("own"), shown, now());
      await people.learnAgain(id);
      return contact(id);
    },
    async acceptAnew(id) {
      if ((await verifiedIn(await open("own"))).has(id)) throw new PersonChanged(id, true);
      await people.acceptAnew(id);
      return contact(id);
    },
  };
}
