import type { InboxStore, OutboxStore } from "#shared/channel/delivery/stores.ts";
import type { EnrolledDevice } from "#shared/client/agent-keys.ts";
import type { Client } from "#shared/client/api-client.ts";
import type { Account } from "#shared/client/keyring.ts";
import { openAgentLink } from "#shared/client/link/link.ts";
import { acceptImage, type PinStore } from "#shared/client/link/pins.ts";
import type { Socket } from "#shared/client/link/socket.ts";
import type { Agent, agentsContract } from "#shared/contracts/agents.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import { type Notes, type Shelf, sealedNotes } from "./notes.ts";
import { type AgentSession, openAgentSession } from "./session.ts";

export interface SessionsPort {
  readonly agents: Client<typeof agentsContract>;
  readonly chat: Client<typeof chatContract>;
  readonly account: Account;
  readonly device: EnrolledDevice;
  readonly storesOf: (agentId: Agent["id"]) => { outbox: OutboxStore; inbox: InboxStore; pins: PinStore };
  readonly shelf: Shelf;
  readonly onAgent: (agent: Agent) => void;
}

/** All this unlocked device has to do with its agents: one link for each, however many pages show it. */
export interface Sessions {
  readonly notes: Notes;
  readonly sealer: Pick<SessionsPort, "agents" | "account">;
  of(agentId: Agent["id"]): AgentSession;
  /** A new link in place of one that was blocked: everything is looked at again. */
  reopen(agentId: Agent["id"]): void;
  /** The person accepts that the agent's program was changed. */
  acceptImage(agentId: Agent["id"]): Promise<void>;
  /** For the moment when the vault locks. */
  close(): void;
}

export function openSessions(port: SessionsPort): Sessions {
  const { agents, chat, account, device } = port;
  const notes = sealedNotes(account.root, port.shelf);
  const open = new Map<Agent["id"], AgentSession>();

  const start = (agentId: Agent["id"]) =>
    openAgentSession({
      ...{ agentId, notes, startTimer, now: Date.now },
      openLink: (events) =>
        openAgentLink({
          ...{ agents, chat, account, device, agentId, startTimer, openSocket, now: Date.now },
          ...port.storesOf(agentId),
          ...events,
          onAgent: (agent) => {
            events.onAgent(agent);
            port.onAgent(agent);
          },
        }),
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
    sealer: { agents, account },
    reopen,
    async acceptImage(agentId) {
      await acceptImage(port.storesOf(agentId).pins);
      reopen(agentId);
    },
    of(agentId) {
      const session = open.get(agentId) ?? start(agentId);
      open.set(agentId, session);
      return session;
    },
    close() {
      window.removeEventListener("online", lookAgain);
      for (const session of open.values()) session.close();
      open.clear();
    },
  };
}

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
