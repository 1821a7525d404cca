import { makeMemoryInbox, type OutboxStore } from "#shared/channel/delivery/stores.ts";
import { AgentPin } from "#shared/client/link/pins.ts";
import type { Id } from "#shared/ids.ts";
import type { Shelf } from "../agent-session/notes.ts";
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
  const pins = {
    read: async () => AgentPin.optional().parse(await database.get(`${place}/pin`)),
    write: (pin: AgentPin) => database.put(`${place}/pin`, pin),
  };
  return { outbox, inbox: makeMemoryInbox(Date.now), pins };
}

let lastOrder = 0;
function nextOrder(): number {
  lastOrder = Math.max(lastOrder + 1, Date.now());
  return lastOrder;
}

export const shelfOf = (database: Database, folder: string): Shelf => ({
  get: (name) => database.get(`${folder}/note/${name}`),
  put: (name, bytes) => database.put(`${folder}/note/${name}`, bytes),
  remove: (name) => database.remove(`${folder}/note/${name}`),
});
