import type { InboxStore, OutboxStore } from "#shared/channel/delivery/stores.ts";
import { type AgentItems, type AgentItemsInput, keepAgentItems } from "#shared/client/agent-items/agent-items.ts";
import type { SealedGrants } from "#shared/client/agent-items/sealed-grants.ts";
import type { EnrolledDevice } from "#shared/client/agent-keys.ts";
import type { Client } from "#shared/client/api-client.ts";
import type { Account } from "#shared/client/keyring.ts";
import { type AgentLink, openAgentLink } from "#shared/client/link/link.ts";
import { acceptImage, type PinStore } from "#shared/client/link/pins.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import type { Agent, agentsContract } from "#shared/contracts/agents.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import type { Sealer } from "./agent-secrets.ts";
import { type Notes, type Shelf, sealedNotes } from "./notes.ts";
import { type AgentSession, openAgentSession } from "./session.ts";

export interface SessionsPort {
  readonly agents: Client<typeof agentsContract>;
  readonly chat: Client<typeof chatContract>;
  readonly account: Account;
  readonly device: EnrolledDevice;
  readonly storesOf: (agentId: Agent["id"]) => { outbox: OutboxStore; inbox: InboxStore; pins: PinStore };
  readonly shelf: Shelf;
  readonly readRevocations: () => Promise<string | undefined>;
  readonly openVaults: AgentItemsInput["openVaults"];
  readonly readLending: NonNullable<AgentItemsInput["readLending"]>;
  readonly onAgent: (agent: Agent) => void;
  readonly onGrants: (agentId: Agent["id"], grants: SealedGrants) => void;
}

/** All this unlocked device has to do with its agents: one link for each, however many pages show it. */
export interface Sessions {
  readonly notes: Notes;
  readonly sealer: Sealer;
  of(agentId: Agent["id"]): AgentSession;
  /** The one there is, if a page opened it: asking opens none. */
  known(agentId: Agent["id"]): AgentSession | undefined;
  /** What the agent may use of the vault. */
  itemsOf(agentId: Agent["id"]): AgentItems;
  /** An item was written or removed: agents that may use it are given it as it is now. */
  offerItems(): void;
  /** A new link in place of one that was blocked: everything is looked at again. */
  reopen(agentId: Agent["id"]): void;
  /** The person accepts that the agent's program was changed. */
  acceptImage(agentId: Agent["id"]): Promise<void>;
  /** A device was taken back: every agent that is reached hears of it. */
  tellRevoked(revocations: string): void;
  /** For the moment when the vault locks. */
  close(): void;
}

export function openSessions(port: SessionsPort): Sessions {
  const { agents, chat, account, device } = port;
  const notes = sealedNotes(account, port.shelf);
  const open = new Map<Agent["id"], AgentSession>();
  const links = new Map<Agent["id"], AgentLink>();
  const items = new Map<Agent["id"], AgentItems>();

  const itemsOf = (agentId: Agent["id"]): AgentItems => {
    const known = items.get(agentId) ?? makeItems(port, agentId, links);
    items.set(agentId, known);
    return known;
  };
  const start = (agentId: Agent["id"]) =>
    openAgentSession({
      ...{ agentId, notes, startTimer, now: Date.now },
      openLink(events) {
        const link = openAgentLink({
          ...{ agents, chat, account, device, agentId, startTimer, openSocket, now: Date.now },
          ...port.storesOf(agentId),
          readRevocations: port.readRevocations,
          ...events,
          onAgent(agent) {
            events.onAgent(agent);
            port.onAgent(agent);
          },
          onMessage(message) {
            events.onMessage(message);
            if (message.type === "vault.held") itemsOf(agentId).heard(message);
          },
          onSession() {
            events.onSession();
            void itemsOf(agentId).offer();
          },
        });
        links.set(agentId, link);
        return link;
      },
    });
  const lookAgain = () => {
    for (const session of open.values()) session.refresh();
  };
  window.addEventListener("online", lookAgain);

  const reopen: Sessions["reopen"] = (agentId) => {
    open.get(agentId)?.close();
    open.set(agentId, start(agentId));
  };

  return {
    notes,
    sealer: { agents, account, pinsOf: (agentId) => port.storesOf(agentId).pins },
    reopen,
    itemsOf,
    offerItems() {
      for (const agentId of links.keys()) void itemsOf(agentId).offer();
    },
    tellRevoked(revocations) {
      for (const link of links.values()) link.tell({ type: "devices.revoked", revocations });
    },
    async acceptImage(agentId) {
      await acceptImage(port.storesOf(agentId).pins);
      reopen(agentId);
    },
    of(agentId) {
      const session = open.get(agentId) ?? start(agentId);
      open.set(agentId, session);
      return session;
    },
    known: (agentId) => open.get(agentId),
    close() {
      window.removeEventListener("online", lookAgain);
      for (const link of links.values()) link.tell({ type: "vault.release" }); // best effort: the agent finds out by itself, too
      links.clear();
      for (const session of open.values()) session.close();
      open.clear();
    },
  };
}

const makeItems = (port: SessionsPort, agentId: Agent["id"], links: ReadonlyMap<Agent["id"], AgentLink>): AgentItems =>
  keepAgentItems({
    ...{ agents: port.agents, account: port.account, openVaults: port.openVaults, agentId },
    readLending: port.readLending,
    pins: port.storesOf(agentId).pins,
    tell: (message) => links.get(agentId)?.tell(message) ?? false,
    onGrants: (grants) => port.onGrants(agentId, grants),
    onTrouble: () => undefined, // a page that shows the grants reads them itself, and says why it cannot
  });

function startTimer(ms: number, fire: () => void): () => void {
  const timer = setTimeout(fire, ms);
  return () => clearTimeout(timer);
}

function openSocket(ticket: string): Socket {
  const url = new URL("/relay", location.href);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  url.searchParams.set("ticket", ticket);
  return new WebSocket(url) as Socket; // its handlers are given an event, and the link does not look at it
}
