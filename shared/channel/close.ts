/**
 * Why a session ended, or was never made. None carries a byte of what was received.
 */
const REASONS = {
  closed: "The other end closed the session.",
  disconnected: "The connection to the relay is gone.",
  replaced: "A newer session took over.",
  unknown_session: "The other end does not know this session.",
  unreachable: "The other end did not answer the handshake.",
  clock: "The clocks differ by more than five minutes.",
  handshake: "The handshake is not from the expected end.",
  seen: "This handshake was used before.",
  busy: "Too many sessions at once.",
  tampered: "A frame was altered, moved or forged.",
  replay: "A frame came again, or came again in another form.",
  gap: "A frame stayed missing.",
  epoch: "A frame was sealed under an unexpected key.",
  counter: "The frame counter is used up.",
  expired: "The session is too old.",
  stalled: "The other end stopped acknowledging.",
  stream: "A message broke the rules for splitting.",
  overflow: "Too much waits to be sent.",
  format: "The content is not in the expected form.",
  storage: "A message could not be stored.",
} as const satisfies Record<string, string>;

export type CloseReason = keyof typeof REASONS;

export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly reason: CloseReason;

  constructor(reason: CloseReason, options: { cause?: unknown } = {}) {
    super(REASONS[reason], options);
    this.reason = reason;
  }
}

/** Throws `reason` unless `condition` holds. */
export function ensure(condition: boolean, reason: CloseReason): asserts condition {
  if (!condition) throw new ChannelError(reason);
}

/** What a thrown thing means for a session. Anything that is not ours came from opening what the relay brought. */
export const reasonOf = (error: unknown): CloseReason => (error instanceof ChannelError ? error.reason : "tampered");
