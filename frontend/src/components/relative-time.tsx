import { useNow } from "./agent/use-now.ts";

const TICK_MS = 30_000;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How long ago, or in how long, with the exact time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={exact.format(then)} className="whitespace-nowrap">
      {sayDistance(then - useNow(TICK_MS))}
    </time>
  );
}

export function sayDistance(ms: number): string {
  const unit = UNITS.find(([, size]) => Math.abs(ms) >= size);
  // the clock here is up to a tick old, so what seems to be just ahead has just been
  if (!unit) return ms > TICK_MS ? "in a moment" : "just now";
  return relative.format(Math.trunc(ms / unit[1]), unit[0]);
}
