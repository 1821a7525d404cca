import { encodeBase64url } from "../../crypto/encoding/base64url.ts";
import type { CloseReason } from "../close.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { SessionKeys } from "../secure/handshake.ts";
import { type Driver, startDriver } from "./driver.ts";
import type { Port } from "./port.ts";

/**
 * The device's session, and the one that will follow it. While m3 and m4 of a new session are on their way the old one
 * still receives; it ends when the new one opens.
 */
export interface DeviceSessionInput {
  readonly port: Port;
  readonly delivery: Delivery;
  readonly onOpen: () => void;
  /** Of a session that was open, or of one that never came to be. */
  readonly onEnd: (reason: CloseReason) => void;
}

export interface DeviceSession {
  /** Keys are agreed: say m3. */
  meet(keys: SessionKeys): Promise<void>;
  giveUp(): void;
  drop(word?: "close"): void;
  receive(sid: string, frame: Uint8Array): void;
  transmit(packet: Uint8Array): boolean;
  isOpen(sid?: string): boolean;
}

interface Held {
  readonly sid: string;
  readonly driver: Driver;
}

export function startDeviceSession({ port, delivery, onOpen, onEnd }: DeviceSessionInput): DeviceSession {
  let opened: Held | undefined;
  let opening: Held | undefined;
  let meetings = 0;

  const drop = (word?: "close") => {
    if (opened === undefined) return;
    delivery.detach(opened.driver);
    opened.driver.end(word);
    opened = undefined;
  };
  const giveUp = () => {
    meetings += 1;
    opening?.driver.end();
    opening = undefined;
  };
  return {
    async meet(keys) {
      giveUp();
      const meeting = meetings;
      const recorded = await delivery.listRecorded().catch(() => undefined);
      if (recorded === undefined) return onEnd("storage");
      if (meeting !== meetings) return; // a newer handshake began while the store was asked
      const driver: Driver = startDriver({
        ...{ port, to: "agent", role: "device", keys, recorded },
        onOpen: (theirs) => {
          drop();
          opened = opening;
          opening = undefined;
          delivery.attach(driver, theirs);
          onOpen();
        },
        onPacket: (packet) => delivery.receive(packet, driver),
        onEnd: (reason) => {
          if (opening?.driver === driver) opening = undefined;
          onEnd(reason);
        },
      });
      opening = { sid: encodeBase64url(keys.sid), driver };
      driver.confirm();
    },
    giveUp,
    drop,
    receive(sid, frame) {
      for (const held of [opened, opening]) if (held?.sid === sid) return held.driver.receive(frame);
    },
    transmit(packet) {
      opened?.driver.transmit(packet, "live");
      return opened !== undefined;
    },
    isOpen: (sid) => opened !== undefined && (sid ?? opened.sid) === opened.sid,
  };
}
