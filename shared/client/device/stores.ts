import { makeMemoryInbox, type OutboxStore } from "#shared/channel/delivery/stores.ts";
import type { Id } from "#shared/ids.ts";
import { AgentPin, FIRST_PIN, type PinStore } from "../link/pins.ts";
import type { PersonPin, PersonPins } from "../people/people.ts";
import type { VaultPin } from "../vault/head.ts";
import type { VaultPins } from "../vault/state.ts";
import type { Database } from "./database.ts";

interface Waiting {
  readonly id: Id<"message">;
  readonly sealed: Uint8Array;
  readonly order: number;
}

/**
 * What a device keeps for its channel with one agent. What waits to be sent outlives the page. What was heard is remembered for
 * this page alone: each page shows an agent by itself, and hearing a message twice changes nothing.
 */
export function storesOf(database: Database, folder: string, agentId: Id<"agent">) {
  const place = `${folder}/agent/${agentId}`;
  const outbox: OutboxStore = {
    put: (id, sealed) => database.put(`${place}/outbox/${id}`, { id, sealed, order: nextOrder() } satisfies Waiting),
    remove: (id) => database.remove(`${place}/outbox/${id}`),
    async list() {
      const waiting = await database.list<Waiting>(`${place}/outbox/`);
      return waiting.toSorted((a, b) => a.order - b.order).map(({ id, sealed }) => ({ id, sealed }));
    },
  };
  const pins: PinStore = {
    read: async () => AgentPin.optional().parse(await database.get(`${place}/pin`)),
    async change(next) {
      await database.change<unknown>(`${place}/pin`, (kept) => next(AgentPin.optional().parse(kept) ?? FIRST_PIN));
    },
  };
  return { outbox, inbox: makeMemoryInbox(Date.now), pins };
}

let lastOrder = 0;
function nextOrder(): number {
  lastOrder = Math.max(lastOrder + 1, Date.now());
  return lastOrder;
}

/** What this device saw last of the person's vaults. */
export const vaultPinsOf = (database: Database, folder: string): VaultPins => ({
  read: (which) => database.get<VaultPin>(`${folder}/vault-pin/${which}`),
  write: (which, pin) => database.put(`${folder}/vault-pin/${which}`, pin),
});

/** Under which generation of its key this device has seen all of a vault. */
export const sealedNotesOf = (database: Database, folder: string) => ({
  read: (vaultId: Id<"vault">) => database.get<number>(`${folder}/sealed/${vaultId}`),
  write: (vaultId: Id<"vault">, keyGen: number) => database.put(`${folder}/sealed/${vaultId}`, keyGen),
});

/** What this device has accepted of other people's keys. */
export const personPinsOf = (database: Database, folder: string): PersonPins => ({
  read: (id) => database.get<PersonPin>(`${folder}/person/${id}`),
  write: (id, pin) => database.put(`${folder}/person/${id}`, pin),
  remove: (id) => database.remove(`${folder}/person/${id}`),
});
