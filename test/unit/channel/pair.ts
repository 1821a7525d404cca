import type { SessionKeys } from "#shared/channel/secure/handshake.ts";
import { startOpener, startSealer } from "#shared/channel/secure/session.ts";
import { type Link, startLink } from "#shared/channel/transport/link.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import type { Clock } from "./clock.ts";

const copy = (key: Uint8Array) => asKey(Uint8Array.from(key));

/** The two views of one session, as the handshake would leave them. */
export function makeSessionKeys(): { readonly device: SessionKeys; readonly agent: SessionKeys } {
  const [sid, transcript, confirmKey, b2a, a2b] = [makeBytes(16), makeBytes(32), makeKey(), makeKey(), makeKey()];
  return {
    device: { sid, transcript, confirmKey, sendKey: copy(b2a), receiveKey: copy(a2b) },
    agent: { sid, transcript, confirmKey, sendKey: copy(a2b), receiveKey: copy(b2a) },
  };
}

/** One direction of a session. */
export function makeDirection(now: () => number, firstSeq = 0) {
  const { device, agent } = makeSessionKeys();
  const { sid } = device;
  return {
    keys: { device, agent },
    sealer: startSealer({ sid, key: device.sendKey, now, firstSeq }),
    opener: startOpener({ sid, key: agent.receiveKey, now, firstSeq }),
  };
}

export interface LinkEnd {
  link: Link;
  readonly got: Uint8Array[];
  failed: unknown;
  readonly frames: Uint8Array[];
}

export type FrameFate = (frame: Uint8Array) => readonly number[];

/** Two links over a relay of virtual time; both have confirmed. */
export async function startLinkPair(clock: Clock, fate: FrameFate = () => [5]) {
  const keys = makeSessionKeys();
  const relay = { fate: (() => [0]) as FrameFate };
  const makeEnd = (mine: SessionKeys, other: () => LinkEnd): LinkEnd => {
    const end: Omit<LinkEnd, "link"> & { link?: Link } = { got: [], failed: undefined, frames: [] };
    end.link = startLink({
      keys: mine,
      now: clock.now,
      emit(frame) {
        end.frames.push(frame);
        for (const delay of relay.fate(frame))
          clock.startTimer(delay, () => guard(other(), (to) => to.link.receive(frame)));
      },
      onConfirm: () => undefined,
      onMessage: (message) => void end.got.push(message.slice()),
    });
    return end as LinkEnd; // the link was set on the line before
  };
  const guard = (end: LinkEnd, step: (end: LinkEnd) => void) => {
    if (end.failed !== undefined) return;
    try {
      step(end);
    } catch (error) {
      end.failed = error;
    }
  };
  const device: LinkEnd = makeEnd(keys.device, () => agent);
  const agent: LinkEnd = makeEnd(keys.agent, () => device);
  const tick = () => {
    for (const end of [device, agent]) guard(end, (one) => one.link.tick());
    clock.startTimer(25, tick);
  };
  device.link.confirm(new Uint8Array(32));
  agent.link.confirm(new Uint8Array(32));
  tick();
  await clock.advance(1);
  relay.fate = fate;
  return { device, agent, relay };
}
