import { vi } from "vitest";

/** Waits until the check throws no more: eight seconds, since a test is not to fail because the machine is busy. @throws what it threw last. */
export const until = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 8_000, interval: 20 });
