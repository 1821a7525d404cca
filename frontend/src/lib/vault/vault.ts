import { ApiError } from "#shared/client/api-client.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  makeKeyring,
  type Unlocked,
  unlockByPassphrase,
  unlockByPhrase,
} from "#shared/client/keyring.ts";
import { openSessions, type Sessions } from "../agent-session/sessions.ts";
import { keepAgent } from "../agent-session/use-agents.ts";
import { makeStore } from "../agent-session/view/store.ts";
import { agents, chat, vault } from "../api.ts";
import { workerArgon2id } from "../device/argon2.ts";
import { openDatabase } from "../device/database.ts";
import { enrolDevice } from "../device/device.ts";
import { shelfOf, storesOf } from "../device/stores.ts";
import { queries } from "../queries.ts";
import { nameOfDevice } from "./device-name.ts";

/** locked: nothing secret is in memory · open: the account's keys are, and only there, until the page goes or it is locked. */
export type VaultState = { readonly is: "locked" } | ({ readonly is: "open" } & OpenVault);

interface OpenVault {
  readonly account: Account;
  readonly pin: KeyringPin;
  readonly sessions: Sessions;
}

export const vaultState = makeStore<VaultState>({ is: "locked" });
const database = openDatabase();

const folderOf = ({ tid, uid }: AccountPlace): string => `${tid}/${uid}`;

/** False for a person who has no keyring in this organisation yet. */
export async function hasKeyring(): Promise<boolean> {
  try {
    await vault.getKeyring({});
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === "keyring.not_found") return false;
    throw error;
  }
}

/** Draws the first keys, keeps them sealed with the platform, and gives the twelve words, which nothing keeps. */
export async function createVault(place: AccountPlace, passphrase: string): Promise<string> {
  const made = await makeKeyring(place, passphrase, { deriveArgon2id: workerArgon2id, now: new Date() });
  await vault.createKeyring(made.request);
  await open(place, made);
  return made.recoveryPhrase;
}

export type Factor =
  | { readonly by: "passphrase"; readonly passphrase: string }
  | { readonly by: "phrase"; readonly words: string };

/** @throws CryptoError for a wrong factor, or for a keyring that is not what this browser saw last. */
export async function unlockVault(place: AccountPlace, factor: Factor): Promise<void> {
  const keyring = await vault.getKeyring({});
  const pin = await database.get<KeyringPin>(`${folderOf(place)}/keyring-pin`);
  if (factor.by === "phrase") return open(place, unlockByPhrase(keyring, place, factor.words, pin));
  const input = { deriveArgon2id: workerArgon2id, ...(pin && { pin }) };
  return open(place, await unlockByPassphrase(keyring, place, factor.passphrase, input));
}

async function open(place: AccountPlace, { account, pin }: Pick<Unlocked, "account" | "pin">): Promise<void> {
  const folder = folderOf(place);
  await database.put(`${folder}/keyring-pin`, pin);
  const device = await enrolDevice({ account, database, folder, vault, name: nameOfDevice(), now: new Date() });
  const sessions = openSessions({
    ...{ agents, chat, account, device },
    storesOf: (agentId) => storesOf(database, folder, agentId),
    shelf: shelfOf(database, folder),
    onAgent: (agent) => keepAgent(queries, agent),
  });
  lockVault();
  vaultState.change(() => ({ is: "open", account, pin, sessions }));
}

/** The keys leave memory with the last thing that holds them; drafts lie sealed on this device. */
export function lockVault(): void {
  const state = vaultState.get();
  if (state.is !== "open") return;
  state.sessions.close();
  vaultState.change(() => ({ is: "locked" }));
}

/** After a change of the keyring by this browser: the one from before is refused from now on. */
export async function keepPin(place: AccountPlace, pin: KeyringPin): Promise<void> {
  await database.put(`${folderOf(place)}/keyring-pin`, pin);
  vaultState.change((state) => (state.is === "open" ? { ...state, pin } : state));
}
