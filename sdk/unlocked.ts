import { hostname } from "node:os";
import * as z from "zod";
import { type AgentItems, keepAgentItems } from "#shared/client/agent-items/agent-items.ts";
import type { EnrolledDevice } from "#shared/client/agent-keys.ts";
import type { Clients } from "#shared/client/clients.ts";
import type { Database } from "#shared/client/device/database.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { readRevocations, revokeDevice } from "#shared/client/device/revoke.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  type Unlocked as OpenedKeyring,
  type Unlocking,
  unlockByKept,
  unlockByPassphrase,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import { type Lendings, openLendings } from "#shared/client/lending/lendings.ts";
import { type AgentLink, type LinkInput, openAgentLink } from "#shared/client/link/link.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import { openShares, type Shares } from "#shared/client/shares/shares.ts";
import { transferBy } from "#shared/client/vault/files/transfer.ts";
import { openVaults, type Vaults } from "#shared/client/vault/vaults.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { readSlot } from "#shared/crypto/slots/slot.ts";
import { type Id, idOf, newId } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";
import { type Newcomers, openNewcomers } from "./newcomers.ts";
import { openWays, type Ways } from "./ways.ts";

/** What opens the vault: something the person knows, or the key that an earlier `unlock` on this machine gave out. */
export type Factor =
  | { readonly passphrase: string }
  | { readonly words: string }
  | { readonly recoveryKey: string }
  | { readonly sessionKey: string }
  | { readonly byContacts: () => Promise<OpenedKeyring> }
  | { readonly letIn: (how: Unlocking) => Promise<OpenedKeyring> };

/** What the person knows themselves, or was given for a recovery: all that may end in a change of all keys. */
export type KnownFactor = Exclude<Factor, { readonly sessionKey: string } | { readonly letIn: unknown }>;

/** The vault is locked: no key to open it with was given, or the one given is no longer good. */
export class Locked extends Error {
  override readonly name = "Locked";
}

type LinkEvents = Pick<LinkInput, "onState" | "onAgent" | "onMessage" | "onSession" | "onUndelivered">;

/** An account whose keys are in this process, and nowhere else. */
export interface Unlocked {
  readonly account: Account;
  readonly pin: KeyringPin;
  readonly device: EnrolledDevice;
  /** For a factor that the person knows: opens this profile again, on this machine, until `lock`. */
  readonly sessionKey: string | undefined;
  readonly vaults: Vaults;
  readonly ways: Ways;
  /** The items it shares one by one, and those it is given. */
  readonly shares: Shares;
  /** Devices of the person that ask to be let in. */
  readonly newcomers: Newcomers;
  /** Takes the certificate of a device back, for good. */
  revokeDevice(deviceId: Id<"device">): Promise<void>;
  /** It also gives the agent what it may use of the vault, for as long as it is open. */
  openLink(agentId: Id<"agent">, events: LinkEvents): AgentLink;
  /** What the agent may use of the vault. */
  itemsOf(agentId: Id<"agent">): AgentItems;
  /** Grants between this person and others. */
  readonly lendings: Lendings;
}

export interface Means {
  readonly api: Clients;
  readonly database: Database;
  readonly url: string;
  readonly place: AccountPlace;
}

export const folderOf = ({ tid, uid }: AccountPlace): string => `${tid}/${uid}`;

export const nameOfMachine = (): string => `ocmt on ${hostname()}`.slice(0, 80);

/** @throws CryptoError for a wrong factor or a keyring that is not what this machine saw last; Locked for a session key that has ended */
export async function unlock(means: Means, factor: Factor): Promise<Unlocked> {
  const { api, database, place, url } = means;
  const folder = folderOf(place);
  const { keyring, sessionKey } = await openKeyring(means, factor);
  await database.put(`${folder}/keyring-pin`, keyring.pin);
  const { account } = keyring;
  const now = new Date();
  const device = await enrolDevice({ account, database, folder, keyring: api.keyring, name: nameOfMachine(), now });
  const vaults = openVaults({
    ...{ api: api.vault, keyring: api.keyring, account, database, folder, now: () => new Date() },
    transfer: transferBy(fetch),
  });
  const itemsOf = (agentId: Id<"agent">, tell: AgentLink["tell"] = () => false) => {
    const { pins } = storesOf(database, folder, agentId);
    return keepAgentItems({
      ...{ agents: api.agents, account, agentId, pins, tell, openVaults: async () => vaults },
      readLending: lendings.offerFor,
      onTrouble: () => undefined, // a command that is about the grants reads them itself
    });
  };
  const lendings: Lendings = openLendings({
    ...{ grants: api.grants, shares: api.shares, account, openVaults: async () => vaults, now: () => new Date() },
    itemsOf: (agentId) => itemsOf(agentId),
  });
  const revoking = { keyring: api.keyring, account, database, folder };
  return {
    ...{ account, pin: keyring.pin, device, sessionKey, vaults, lendings },
    newcomers: openNewcomers({ api: api.enrolments, account, device }),
    ways: openWays({ api, database, folder, account, vaults, pin: keyring.pin }),
    shares: openShares({ api: api.shares, account, people: vaults.people, now: () => new Date() }),
    revokeDevice: (deviceId) => revokeDevice(revoking, deviceId),
    itemsOf: (agentId) => itemsOf(agentId),
    openLink(agentId, events) {
      const items = itemsOf(agentId, (message) => link.tell(message));
      const link = openAgentLink({
        ...{ agents: api.agents, chat: api.chat, account, device, agentId, startTimer, now: Date.now },
        ...storesOf(database, folder, agentId),
        readRevocations: async () => (await readRevocations(revoking)).statement,
        openSocket: (ticket) => openSocket(url, ticket),
        ...events,
        onMessage(message) {
          if (message.type === "vault.held") items.heard(message);
          events.onMessage(message);
        },
        onSession() {
          void items.offer();
          events.onSession?.();
        },
      });
      const close = () => {
        link.tell({ type: "vault.release" }); // best effort: the agent finds out by itself, too
        link.close();
      };
      return { ...link, close };
    },
  };
}

const Kept = z.object({ deviceId: idOf("device"), slot: z.custom<Uint8Array>((value) => value instanceof Uint8Array) });
type Kept = z.infer<typeof Kept>;

async function openKeyring(
  { api, database, place }: Means,
  factor: Factor,
): Promise<{ keyring: OpenedKeyring; sessionKey: string | undefined }> {
  const folder = folderOf(place);
  const served = await api.keyring.getKeyring({});
  const pin = await database.get<KeyringPin>(`${folder}/keyring-pin`);
  if ("sessionKey" in factor) {
    const { deviceId, slot } = await getKept(database, folder);
    if (served.rootGeneration > readSlot(slot).urkGen)
      throw new Locked("All keys were changed since this machine was unlocked. Unlock it again: ocmt unlock");
    const device = { deviceId, deviceKey: decodeSessionKey(factor.sessionKey) };
    return { keyring: unlockByKept(served, place, { slot, device }, pin), sessionKey: undefined };
  }
  const now = new Date();
  const keepFor = { slotId: newId("slot", now), deviceId: newId("device", now), deviceKey: makeBytes(32) };
  const keyring = await openByHeld(served, place, factor, { pin, keepFor });
  if (keyring.kept) {
    await database.put(`${folder}/kept`, { deviceId: keepFor.deviceId, slot: keyring.kept } satisfies Kept);
  }
  return { keyring, sessionKey: encodeBase64url(keepFor.deviceKey) };
}

async function openByHeld(
  served: Keyring,
  place: AccountPlace,
  factor: Exclude<Factor, { readonly sessionKey: string }>,
  unlocking: Unlocking,
): Promise<OpenedKeyring> {
  if ("letIn" in factor) return factor.letIn(unlocking);
  if ("byContacts" in factor) return factor.byContacts();
  if ("words" in factor) return unlockByPhrase(served, place, factor.words, unlocking);
  if ("recoveryKey" in factor) return unlockByRecoveryKey(served, place, factor.recoveryKey, unlocking);
  return unlockByPassphrase(served, place, factor.passphrase, { deriveArgon2id: nodeArgon2id, ...unlocking });
}

async function getKept(database: Database, folder: string): Promise<Kept> {
  const kept = Kept.safeParse(await database.get(`${folder}/kept`)).data;
  if (!kept) throw new Locked("The vault was locked on this machine. Unlock it: ocmt unlock");
  return kept;
}

function decodeSessionKey(text: string): Uint8Array {
  try {
    return decodeBase64url(text.trim());
  } catch {
    throw new Locked("OCMT_SESSION is not a key that `ocmt unlock` has given out.");
  }
}

/** The session keys given out so far open nothing any more on this machine. */
export const lock = (database: Database, place: AccountPlace): Promise<void> =>
  database.remove(`${folderOf(place)}/kept`);

function startTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}

/** Node's own WebSocket has the handlers of a browser's, which take an event that the link does not look at. */
const openSocket = (url: string, ticket: string): Socket =>
  new WebSocket(`${url.replace(/^http/, "ws")}/relay?ticket=${encodeURIComponent(ticket)}`) as unknown as Socket;
