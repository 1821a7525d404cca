import { setTimeout as sleep } from "node:timers/promises";
import { takeTurns } from "#shared/turns.ts";
import type { Log } from "../platform/log.ts";
import type { Gateway } from "./gateway/boot.ts";

/** OpenClaw kept running: what dies unasked is started again, later each time while it does not last. */
export interface KeptGateway {
  /** Undefined while it is down. */
  current(): Gateway | undefined;
  start(): Promise<void>;
  /** Ends it on purpose, does `between`, and starts it again. */
  replace(between: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface KeepInput {
  readonly boot: (signal: AbortSignal) => Promise<Gateway>;
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
  readonly log: Log;
  readonly delayMs?: (failures: number) => number;
}

const GRACE_MS = 5_000; // idle it needs half a second; with a run on it would wait for its end
const LASTED_MS = 60_000;
const backOff = (failures: number): number => Math.min(500 * 2 ** failures, 30_000);

export function keepGateway({ boot, onUp, onDown, log, delayMs = backOff }: KeepInput): KeptGateway {
  let gateway: Gateway | undefined;
  let ending = new AbortController(); // aborted while it is not wanted
  ending.abort();
  let failures = 0;
  const inTurn = takeTurns();

  const raise = async () => {
    if (gateway || ending.signal.aborted) return;
    const booted = await boot(ending.signal);
    const bornAt = Date.now();
    gateway = booted;
    void booted.lost.then((reason) => fall(booted, reason, Date.now() - bornAt));
    onUp();
  };
  const fall = (fallen: Gateway, reason: string, livedMs: number) => {
    if (gateway !== fallen) return; // we ended it
    gateway = undefined;
    fallen.process.kill();
    failures = livedMs > LASTED_MS ? 0 : failures;
    onDown(reason);
    void comeBack(ending.signal);
  };
  const comeBack = async (signal: AbortSignal) => {
    while (!signal.aborted && !gateway) {
      await sleep(delayMs(failures++), undefined, { signal }).catch(() => undefined); // stopped: the loop ends
      await inTurn(raise).catch((cause: unknown) => log.error("openclaw.start_failed", cause, { failures }));
    }
  };
  const end = async () => {
    const process = gateway?.process;
    gateway = undefined;
    if (!process) return;
    onDown("it was asked to end");
    await process.stop(GRACE_MS);
  };
  return {
    current: () => gateway,
    start() {
      if (ending.signal.aborted) ending = new AbortController();
      return inTurn(raise);
    },
    replace: (between) =>
      inTurn(async () => {
        await end();
        await between();
        await raise();
      }),
    stop() {
      ending.abort(new Error("OpenClaw was asked to end."));
      return inTurn(end);
    },
  };
}
