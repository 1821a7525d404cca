import type { Id } from "#shared/ids.ts";
import { concat, equalConstantTime, lengthPrefixed } from "../../crypto/encoding/bytes.ts";
import { readerOf } from "../../crypto/encoding/reader.ts";
import { type CloseReason, ensure, reasonOf } from "../close.ts";
import { readIds, writeIds } from "../delivery/packet.ts";
import type { Way } from "../delivery/ways.ts";
import { type Address, writeRelayFrame } from "../envelope.ts";
import { confirmationOf, type Role, type SessionKeys } from "../secure/handshake.ts";
import { SESSION_MS } from "../secure/session.ts";
import { startLink } from "../transport/link.ts";
import type { Port } from "./port.ts";
import { startPulse } from "./pulse.ts";

/**
 * Runs one link: its timer, its key confirmation and its end. m3 and m4 are the first frame of each direction:
 *
 *   confirmation 32 | L(ids recorded last, 16 each) | L(log checkpoint), empty as long as there is no log
 */
const PING_AFTER_MS = 4 * 60_000; // the relay closes a connection that is silent for ten minutes

export interface DriverInput {
  readonly port: Port;
  readonly to: Address;
  readonly role: Role;
  readonly keys: SessionKeys;
  readonly recorded: readonly Id<"message">[];
  /** The other end proved that it holds the keys; these are the messages it has. */
  readonly onOpen: (recorded: readonly Id<"message">[]) => void;
  readonly onPacket: (packet: Uint8Array) => void;
  /** Once, unless `end` was called. */
  readonly onEnd: (reason: CloseReason) => void;
}

export interface Driver extends Way {
  receive(frame: Uint8Array): void;
  /** Says m3; the agent's m4 follows by itself. */
  confirm(): void;
  isOpen(): boolean;
  startedAtMs: number;
  /** Silently, or with a word to the other end. */
  end(word?: "close"): void;
}

export function startDriver(input: DriverInput): Driver {
  const { port, to, role, keys, recorded } = input;
  const startedAtMs = port.now();
  let state: "waiting" | "open" | "ended" = "waiting";

  const link = startLink({
    keys,
    now: port.now,
    emit: (bytes, seq) => port.send(writeRelayFrame({ to, kind: "frame", sid: keys.sid, seq, bytes })),
    onConfirm: (body) => {
      const theirs = readConfirm(body, confirmationOf(keys, role === "device" ? "agent" : "device"));
      if (role === "agent") confirm();
      state = "open";
      input.onOpen(theirs);
    },
    onMessage: input.onPacket,
  });
  const confirm = () => link.confirm(concat(confirmationOf(keys, role), ...confirmTail(recorded)));
  const stop = () => {
    state = "ended";
    pulse.stop();
    link.erase();
  };
  const guard = (step: () => void) => {
    if (isEnded()) return;
    try {
      step();
      if (!isEnded()) pulse.hasten(link.isBusy());
    } catch (error) {
      stop();
      input.onEnd(reasonOf(error));
    }
  };
  const isEnded = () => state === "ended";
  const pulse = startPulse(port, () =>
    guard(() => {
      ensure(port.now() - startedAtMs <= SESSION_MS, "expired");
      if (role === "device" && state === "open" && port.now() - link.sentAtMs() >= PING_AFTER_MS) link.ping();
      link.tick();
    }),
  );

  guard(() => undefined);
  return {
    startedAtMs,
    receive: (frame) => guard(() => link.receive(frame)),
    confirm: () => guard(confirm),
    transmit: (packet, lane) => guard(() => link.send(packet, lane)),
    isOpen: () => state === "open",
    end(word) {
      if (state === "ended") return;
      if (word === "close") guard(() => link.close());
      stop();
    },
  };
}

const confirmTail = (recorded: readonly Id<"message">[]) => [
  lengthPrefixed(writeIds(recorded)),
  lengthPrefixed(new Uint8Array(0)),
];

function readConfirm(body: Uint8Array, expected: Uint8Array): Id<"message">[] {
  const reader = readerOf(body);
  ensure(equalConstantTime(reader.take(32), expected), "handshake");
  const recorded = readIds(reader.prefixed());
  reader.prefixed();
  reader.end();
  return recorded;
}
