import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { describeError, type ErrorCode } from "#shared/errors.ts";
import { keepTrying } from "../../../frontend/src/lib/keep-trying.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const LONG_MS = 10 * 60_000;
const refusal = (code: ErrorCode) => {
  const { status, title, fix } = describeError(code);
  const problem = { ...{ type: "about:blank", title, status, code, fix }, request_id: "req" };
  return new ApiError(code, title, { problem });
};

/** Fails with each of these in turn, and then is done. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  const work = vi.fn(async () => {
    if (left.length > 0) throw left.shift();
  });
  const told: [unknown, boolean][] = [];
  const stop = keepTrying(work, (...trouble) => told.push(trouble));
  return { work, told, stop };
}

describe("work that the service has to answer", () => {
  it("goes on by itself until it is done, however it was not answered, and is done once", async () => {
    const errors = [new ApiError("network", ""), new ApiError("reply", ""), refusal("internal")];
    const { work, told } = failing(...errors);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(work).toHaveBeenCalledTimes(4);
    expect(told).toEqual(errors.map((error) => [error, true]));
  });

  it("waits between two tries", async () => {
    const { work } = failing(new ApiError("network", ""));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(work).toHaveBeenCalledTimes(2);
  });

  it.each([
    ["is refused", refusal("vault.forbidden")],
    ["ends signed out", new ApiError("auth.required", "")],
    ["is shown something false", new CryptoError("crypto.manifest")],
  ])("is not tried again where it %s", async (_, error) => {
    const { work, told } = failing(error);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(work).toHaveBeenCalledTimes(1);
    expect(told).toEqual([[error, false]]);
  });

  it("is not tried again, and nothing is said, once the page is left", async () => {
    const waiting = failing(new ApiError("network", ""));
    await vi.advanceTimersByTimeAsync(1_000);
    waiting.stop();
    const underWay = failing(new ApiError("network", ""));
    underWay.stop();
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect([waiting.work.mock.calls.length, underWay.work.mock.calls.length]).toEqual([1, 1]);
    expect([waiting.told.length, underWay.told.length]).toEqual([1, 0]);
  });
});
