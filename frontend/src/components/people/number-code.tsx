import { qrOf } from "#shared/client/recovery/kit/qr.ts";

const QUIET = 4;

/** The number for a camera: it shows the same digits there, and nothing has to be read aloud. */
export function NumberCode({ groups }: { groups: readonly string[] }) {
  const rows = qrOf(groups.join(" "));
  const side = rows.length + 2 * QUIET;
  const squares = rows.flatMap((row, down) =>
    row.flatMap((isDark, across) => (isDark ? [`M${across + QUIET} ${down + QUIET}h1v1h-1z`] : [])),
  );
  return (
    <figure className="flex flex-col items-center gap-1 self-center">
      <svg
        role="img"
        aria-label="The safety number as a QR code"
        viewBox={`0 0 ${side} ${side}`}
        shapeRendering="crispEdges"
        className="size-40 rounded-lg bg-code-ground text-code-ink"
      >
        <path d={squares.join("")} fill="currentColor" />
      </svg>
      <figcaption className="text-[13px] text-quiet">Side by side, a camera reads the same digits.</figcaption>
    </figure>
  );
}
