import { describe, expect, it } from "vitest";
import { sayDistance } from "../../../frontend/src/components/relative-time.tsx";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("a time, said from now", () => {
  it.each([
    [-5_000, "just now"],
    [20_000, "just now"], // the page's own clock may be this late
    [45_000, "in a moment"],
    [-MINUTE_MS, "1 minute ago"],
    [-90 * MINUTE_MS, "1 hour ago"],
    [-26 * 60 * MINUTE_MS, "yesterday"],
    [6.8 * DAY_MS, "in 6 days"],
    [-40 * DAY_MS, "last month"],
  ])("%i ms away is %s", (ms, words) => {
    expect(sayDistance(ms)).toBe(words);
  });
});
