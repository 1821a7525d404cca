import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Gateway } from "./gateway/boot.ts";
import type { GatewayEvent } from "./gateway/events.ts";

const PRIME_MS = 60_000;

/**
 * One turn of a session which is deleted again: it loads what every turn needs. A model of this name is answered by our own proxy
 * whatever model is chosen, so it costs the user nothing.
 */
export async function primeGateway(
  { driver, lost }: Pick<Gateway, "driver" | "lost">,
  listen: (hear: (event: GatewayEvent) => void) => () => void,
): Promise<void> {
  const runId = `prime-${randomUUID()}`;
  const sessionKey = `agent:main:${runId}`;
  const done = Promise.withResolvers<void>();
  const deafen = listen((event) => event.is === "end" && event.runId === runId && done.resolve());
  try {
    await driver().send({ runId, sessionKey, text: "hello", model: "prime" });
    await Promise.race([done.promise, lost, sleep(PRIME_MS, undefined, { ref: false })]);
    await driver().forget(sessionKey);
  } finally {
    deafen();
  }
}
