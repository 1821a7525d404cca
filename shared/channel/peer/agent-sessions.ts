import type { Id } from "#shared/ids.ts";
import { encodeBase64url } from "../../crypto/encoding/base64url.ts";
import { type CloseReason, ensure } from "../close.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { SessionKeys } from "../secure/handshake.ts";
import { type Driver, startDriver } from "./driver.ts";
import type { Port } from "./port.ts";

/**
 * The agent's sessions: one open for each connection, and few that wait for m3, each for ten seconds at most. A session of
 * a connection is replaced only by one whose device proved itself.
 */
const SESSIONS_MAX = 64;
const WAITING_MAX = 32;
const WAITING_MS = 10_000;

export interface Peer {
  /** The relay's name for the connection; it goes with the connection. */
  readonly connection: string;
  readonly deviceId: Id<"device">;
}

export interface AgentSessionsInput {
  readonly port: Port;
  readonly deliveryOf: (deviceId: Id<"device">) => Delivery;
  readonly onOpen: (peer: Peer) => void;
  readonly onClose: (peer: Peer, reason: CloseReason) => void;
}

interface Session {
  readonly sid: string;
  readonly peer: Peer;
  readonly driver: Driver;
  readonly delivery: Delivery;
}

export interface AgentSessions {
  /** Keys are agreed: wait for m3. @throws ChannelError("busy") */
  expect(peer: Peer, keys: SessionKeys, recorded: readonly Id<"message">[]): void;
  find(sid: string, connection: string): Session | undefined;
  listOpen(): Session[];
  end(session: Session, reason: CloseReason, word?: "close"): void;
}

export function startAgentSessions({ port, deliveryOf, onOpen, onClose }: AgentSessionsInput): AgentSessions {
  const sessions = new Map<string, Session>();
  const listOpen = () => [...sessions.values()].filter(({ driver }) => driver.isOpen());

  const end = (session: Session, reason: CloseReason, word?: "close") => {
    if (!sessions.delete(session.sid)) return;
    const wasOpen = session.driver.isOpen();
    session.delivery.detach(session.driver);
    session.driver.end(word);
    if (wasOpen) onClose(session.peer, reason);
  };
  const makeRoom = () => {
    for (const session of sessions.values()) {
      const isLate = !session.driver.isOpen() && port.now() - session.driver.startedAtMs > WAITING_MS;
      if (isLate) end(session, "unreachable");
    }
    const open = listOpen().length;
    ensure(open < SESSIONS_MAX && sessions.size - open < WAITING_MAX, "busy");
  };

  return {
    expect(peer, keys, recorded) {
      makeRoom();
      const sid = encodeBase64url(keys.sid);
      const delivery = deliveryOf(peer.deviceId);
      const driver: Driver = startDriver({
        ...{ port, to: peer.connection, role: "agent", keys, recorded },
        onOpen: (theirs) => {
          for (const other of listOpen()) {
            if (other.sid !== sid && other.peer.connection === peer.connection) end(other, "replaced");
          }
          delivery.attach(driver, theirs);
          onOpen(peer);
        },
        onPacket: (packet) => delivery.receive(packet, driver),
        onEnd: (reason) => {
          sessions.delete(sid);
          delivery.detach(driver);
          onClose(peer, reason);
        },
      });
      sessions.set(sid, { sid, peer, driver, delivery });
    },
    find(sid, connection) {
      const session = sessions.get(sid);
      return session?.peer.connection === connection ? session : undefined;
    },
    listOpen,
    end,
  };
}
