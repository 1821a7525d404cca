import type { EnrolledDevice } from "#shared/client/agent-keys.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { readRevocations, revokeDevice } from "#shared/client/device/revoke.ts";
import { sealedNotesOf, storesOf } from "#shared/client/device/stores.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  makeKeyring,
  type Unlocked,
  unlockByPasskey,
  unlockByPassphrase,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import type { SlotPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import { describeDevice } from "#shared/device-name.ts";
import type { Id } from "#shared/ids.ts";
import { renewNotes, shelfOf } from "../agent-session/notes.ts";
import { openSessions, type Sessions } from "../agent-session/sessions.ts";
import { grantsKey, keepAgent } from "../agent-session/use-agents.ts";
import { makeStore } from "../agent-session/view/store.ts";
import { agents, chat, grants, keyring, sharesApi, vaultApi } from "../api.ts";
import { workerArgon2id } from "../device/argon2.ts";
import { openDatabase } from "../device/database.ts";
import { type LazyLendings, lazyLendings } from "../lending/lazy-lendings.ts";
import { queries } from "../queries.ts";

import { browserTransfer } from "./items/browser-transfer.ts";
import { type LazyVaults, lazyVaults } from "./items/lazy-vaults.ts";
import type { VaultCare } from "./keys/care.ts";
import { lazyCare } from "./keys/lazy-care.ts";
import { forgetResealing } from "./keys/resealing.ts";

/** locked: nothing secret is in memory · open: the account's keys are, and only there, until the page goes or it is locked. */
export type VaultState = { readonly is: "locked" } | ({ readonly is: "open" } & OpenVault);

interface OpenVault {
  readonly account: Account;
  readonly pin: KeyringPin;
  readonly sessions: Sessions;
  /** This browser, as one of the account's devices. */
  readonly device: EnrolledDevice;
  readonly vaults: LazyVaults;
  readonly care: VaultCare;
  /** The person came in by what was kept for recovery: new keys come before anything else. */
  readonly mustChangeKeys: boolean;
  readonly lendings: LazyLendings;
}

export const vaultState = makeStore<VaultState>({ is: "locked" });

export function getOpenVault(): OpenVault {
  const state = vaultState.get();
  if (state.is !== "open") throw new Error("The vault is locked.");
  return state;
}

const database = openDatabase();

const folderOf = ({ tid, uid }: AccountPlace): string => `${tid}/${uid}`;

/** Draws the first keys, keeps them sealed with the platform, and gives the twelve words, which nothing keeps. */
export async function createVault(place: AccountPlace, passphrase: string): Promise<string> {
  const made = await makeKeyring(place, passphrase, { deriveArgon2id: workerArgon2id, now: new Date() });
  await keyring.createKeyring(made.request);
  await openWith(place, made);
  return made.recoveryPhrase;
}

export type Factor =
  | { readonly by: "passphrase"; readonly passphrase: string }
  | { readonly by: "passkey"; readonly passkey: SlotPasskey }
  | { readonly by: "phrase"; readonly words: string }
  | { readonly by: "key"; readonly key: string };

/** @throws CryptoError for a wrong factor, or for a keyring that is not what this browser saw last. */
export async function unlockVault(place: AccountPlace, factor: Factor): Promise<void> {
  const served = await keyring.getKeyring({});
  const pin = await database.get<KeyringPin>(`${folderOf(place)}/keyring-pin`);
  const mustChangeKeys = factor.by === "phrase" || factor.by === "key"; // kept for this one time
  const opened = await openKeyring(served, place, factor, pin);
  await openWith(place, opened, { mustChangeKeys });
  if (!mustChangeKeys) void goOnWithKeys();
}

async function openKeyring(
  served: Keyring,
  place: AccountPlace,
  factor: Factor,
  pin: KeyringPin | undefined,
): Promise<Unlocked> {
  if (factor.by === "passkey") return unlockByPasskey(served, place, factor.passkey, { pin });
  if (factor.by === "phrase") return unlockByPhrase(served, place, factor.words, { pin });
  if (factor.by === "key") return unlockByRecoveryKey(served, place, factor.key, { pin });
  return unlockByPassphrase(served, place, factor.passphrase, { deriveArgon2id: workerArgon2id, pin });
}

/** The account as it is now, in place of what this page had open before. */
export async function openWith(
  place: AccountPlace,
  { account, pin }: Pick<Unlocked, "account" | "pin">,
  { mustChangeKeys } = { mustChangeKeys: false },
): Promise<void> {
  const folder = folderOf(place);
  await database.put(`${folder}/keyring-pin`, pin);
  const device = await enrolDevice({
    account,
    database,
    folder,
    keyring,
    name: describeDevice(navigator.userAgent, "A browser"),
    now: new Date(),
  });
  const sessions = openSessions({
    ...{ agents, chat, account, device },
    storesOf: (agentId) => storesOf(database, folder, agentId),
    shelf: shelfOf(database, folder),
    readRevocations: async () => (await readRevocations({ keyring, account, database, folder })).statement,
    openVaults: () => vaults.load(),
    readLending: async (agentId, held) => (await lendings()).offerFor(agentId, held),
    onAgent: (agent) => keepAgent(queries, agent),
    onGrants: (agentId, grants) => queries.setQueryData(grantsKey(agentId), (before) => before && grants), // only where a page shows them
  });
  const vaults = lazyVaults(
    {
      api: vaultApi,
      shares: sharesApi,
      keyring,
      account,
      database,
      folder,
      transfer: browserTransfer,
      now: () => new Date(),
    },
    (which) => ({ onWritten: sessions.offerItems, onRead: () => careNow() === care && care.see(which) }),
  );
  const care = lazyCare({
    list: async () => (await vaultApi.listVaults({})).items,
    itemsOf: vaults.itemsOf,
    sealed: sealedNotesOf(database, folder),
    renewShares: async (book) => (await vaults.shares()).renew(book),
    now: () => new Date(),
  });
  const lendings = lazyLendings({
    ...{
      grants,
      shares: sharesApi,
      account,
      openVaults: vaults.load,
      itemsOf: sessions.itemsOf,
      now: () => new Date(),
    },
  });
  lockVault();
  vaultState.change(() => ({ is: "open", account, pin, sessions, device, vaults, care, lendings, mustChangeKeys }));
  if (account.carried) void renewNotes(account, database, folder).catch(() => undefined); // no room: they are read as they are, for now
}

/** The keys leave memory with the last thing that holds them; drafts lie sealed on this device. */
export function lockVault(): void {
  const state = vaultState.get();
  if (state.is !== "open") return;
  state.sessions.close();
  state.care.stop();
  forgetResealing();
  vaultState.change(() => ({ is: "locked" }));
}

/** Takes a device back for good; agents that are reached hear of it at once. */
export async function revokeVaultDevice(deviceId: Id<"device">): Promise<void> {
  const { account, sessions } = getOpenVault();
  const means = { keyring, account, database, folder: folderOf(account) };
  await revokeDevice(means, deviceId);
  const { statement } = await readRevocations(means);
  if (statement !== undefined) sessions.tellRevoked(statement);
}

/** The new words were written down and asked back: the way to everything else is free. */
export function keysAreTaken(): void {
  vaultState.change((state) => (state.is === "open" ? { ...state, mustChangeKeys: false } : state));
  careNow()?.begin();
}

/** What was broken off with keys is gone on with by whichever device comes next: a change of all of them first, then what each vault needs. */
export async function goOnWithKeys(): Promise<void> {
  if (getOpenVault().account.carried) await (await import("./keys/change-keys.ts")).finishVaultKeys();
  careNow()?.begin();
}

/** Not before a change of all keys is over: the chains do not know the new ones, and nobody may count on the old. */
function careNow(): VaultCare | undefined {
  const state = vaultState.get();
  return state.is === "open" && !state.account.carried && !state.mustChangeKeys ? state.care : undefined;
}

/** After a change of the keyring by this browser: the one from before is refused from now on. */
export async function keepPin(place: AccountPlace, pin: KeyringPin): Promise<void> {
  await database.put(`${folderOf(place)}/keyring-pin`, pin);
  vaultState.change((state) => (state.is === "open" ? { ...state, pin } : state));
}
