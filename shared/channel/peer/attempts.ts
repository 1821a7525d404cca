import { encodeBase64url } from "../../crypto/encoding/base64url.ts";
import { concat, erase } from "../../crypto/encoding/bytes.ts";
import type { SignPublicKey } from "../../crypto/primitives/sign.ts";
import { ChannelError, type CloseReason } from "../close.ts";
import { type RelayFrame, writeRelayFrame } from "../envelope.ts";
import { type Attempt, finishAttempt, makeM1, type SessionKeys, type Signer } from "../secure/handshake.ts";
import { readHint } from "./hint.ts";
import type { Port } from "./port.ts";

/** The device's handshakes: one at a time, tried again ever more slowly, and anew before a session is an hour old. */
const RENEW_MS = 55 * 60_000;
const RETRY_FIRST_MS = 4_000;
const RETRY_MS_MAX = 30_000;
const RECOVER_FIRST_MS = 250;
const STEADY_MS = 10_000; // a session that lasted so long was no accident

export interface AttemptsInput {
  readonly port: Port;
  readonly deviceCert: Uint8Array;
  readonly agentCert: Uint8Array;
  readonly agentKey: SignPublicKey;
  readonly sign: Signer<"channel-m1">;
  /** A new handshake begins: whatever was half open is given up. */
  readonly onStart: () => void;
  readonly onKeys: (keys: SessionKeys) => void;
  readonly onRefused: (reason: CloseReason) => void;
}

export interface Attempts {
  start(): void;
  /** A session is open; the next handshake is far off. */
  settle(): void;
  /** A session ended: soon, but ever later while sessions end as soon as they open. */
  retry(): void;
  stop(): void;
  /** For `welcome` and `lost`; false when it is about another session. */
  take(frame: RelayFrame, bytes: Uint8Array): boolean;
}

export function startAttempts(input: AttemptsInput): Attempts {
  const { port, deviceCert, agentCert, sign } = input;
  let attempt: Attempt | undefined;
  let retryMs = RETRY_FIRST_MS;
  const recovery = startRecovery(port.now);
  let stopTimer: (() => void) | undefined;

  const after = (ms: number) => {
    stopTimer?.();
    stopTimer = port.startTimer(ms, shakeHands);
  };
  const forget = () => {
    if (attempt !== undefined) erase(attempt.secret);
    attempt = undefined;
  };
  const shakeHands = () => {
    forget();
    input.onStart();
    const made = makeM1({ deviceCert, agentCert, sign, nowMs: port.now() });
    attempt = made;
    after(retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    const bytes = concat(made.m1, deviceCert);
    port.send(writeRelayFrame({ to: "agent", kind: "hello", sid: made.sid, seq: 0, bytes }));
  };
  const finish = (used: Attempt, m2: Uint8Array) => {
    try {
      input.onKeys(finishAttempt(used, m2, input.agentKey));
    } catch (error) {
      input.onRefused(error instanceof ChannelError ? error.reason : "handshake");
    } finally {
      forget();
    }
  };

  return {
    start() {
      retryMs = RETRY_FIRST_MS;
      shakeHands();
    },
    settle() {
      retryMs = RETRY_FIRST_MS;
      recovery.settled();
      after(RENEW_MS);
    },
    retry: () => after(recovery.nextMs()),
    stop() {
      stopTimer?.();
      forget();
    },
    take(frame, bytes) {
      if (attempt === undefined || frame.sid !== encodeBase64url(attempt.sid)) return false;
      if (frame.kind === "welcome") finish(attempt, bytes);
      else input.onRefused(readHint(bytes));
      return true;
    },
  };
}

/** Soon after a session that lasted; ever later after ones that did not. */
function startRecovery(now: () => number) {
  let ms = RECOVER_FIRST_MS;
  let settledAt = 0;
  return {
    settled(): void {
      settledAt = now();
    },
    nextMs(): number {
      ms = now() - settledAt >= STEADY_MS ? RECOVER_FIRST_MS : Math.min(ms * 2, RETRY_MS_MAX);
      return ms;
    },
  };
}
