import { useNow } from "./use-now.ts";

const TICK_MS = 30_000;
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** How long ago, with the exact time on hover. */
export function When({ at }: { at: number }) {
  const ago = useNow(TICK_MS) - at;
  return (
    <time dateTime={new Date(at).toISOString()} title={exact.format(at)}>
      {sayAgo(ago)}
    </time>
  );
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

function sayAgo(ms: number): string {
  const unit = UNITS.find(([, size]) => ms >= size);
  return unit ? relative.format(-Math.floor(ms / unit[1]), unit[0]) : "just now";
}
