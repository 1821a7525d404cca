import { describe, expect, it } from "vitest";
import { FRAME_TYPES, type FrameType } from "#shared/channel/secure/frame.ts";
import { startSealer } from "#shared/channel/secure/session.ts";
import { startLink } from "#shared/channel/transport/link.ts";
import { type Content, padContent } from "#shared/channel/transport/padding.ts";
import { FLAG_FIRST, FLAG_LAST } from "#shared/channel/transport/streams.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeSessionKeys } from "./pair.ts";

/** An end that holds the keys and keeps no rule. */
function startDishonest() {
  const keys = makeSessionKeys();
  const got: Uint8Array[] = [];
  const sent: Uint8Array[] = [];
  const link = startLink({
    ...{ keys: keys.agent, now: () => 0, onConfirm: () => undefined },
    emit: (frame) => void sent.push(frame),
    onMessage: (message) => void got.push(message),
  });
  const sealer = startSealer({ sid: keys.device.sid, key: asKey(Uint8Array.from(keys.device.sendKey)), now: () => 0 });
  const say = (type: FrameType, content: Partial<Content> = {}, flags = 0) =>
    link.receive(sealer.seal(type, flags, padContent({ ack: 0, stream: 0, body: new Uint8Array(0), ...content })));
  return { link, say, got, sent };
}

const { confirm, message, control, close } = FRAME_TYPES;
const reason = (of: string) => expect.objectContaining({ reason: of });
const whole = { stream: 1, body: Uint8Array.of(0, 0, 0, 1, 9) };

describe("a link ends when the other end, with the right keys,", () => {
  it("speaks before it confirmed", () => {
    expect(() => startDishonest().say(message, whole, FLAG_FIRST | FLAG_LAST)).toThrow(reason("format"));
  });

  it("confirms twice", () => {
    const { say } = startDishonest();
    say(confirm);
    expect(() => say(confirm)).toThrow(reason("format"));
  });

  it("acknowledges what was never sent", () => {
    const { say } = startDishonest();
    say(confirm);
    expect(() => say(control, { ack: 1 })).toThrow(reason("format"));
  });

  it("asks for more than a window, or for a part of a number", () => {
    for (const size of [3, 4 * 65]) {
      const { say } = startDishonest();
      say(confirm);
      expect(() => say(control, { body: new Uint8Array(size) })).toThrow(reason("format"));
    }
  });

  it("says that it closes", () => {
    const { say } = startDishonest();
    say(confirm);
    expect(() => say(close)).toThrow(reason("closed"));
  });

  it("breaks the rules for streams", () => {
    const { say, got } = startDishonest();
    say(confirm);
    say(message, whole, FLAG_FIRST | FLAG_LAST);
    expect(got).toEqual([Uint8Array.of(9)]);
    expect(() => say(message, whole, FLAG_FIRST | FLAG_LAST)).toThrow(reason("stream"));
  });

  it("but not when it asks for what is no longer kept, which is answered with nothing", () => {
    const { say, sent } = startDishonest();
    say(confirm);
    const before = sent.length;
    say(control, { body: Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 9) });
    expect(sent.length).toBe(before);
  });
});
