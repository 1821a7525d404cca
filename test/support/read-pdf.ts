import { inflateSync } from "node:zlib";

/** What stands on the pages of a PDF: its texts in the order in which they are written, and the squares that are filled. */
export interface ReadPdf {
  readonly texts: readonly string[];
  readonly squares: readonly (readonly boolean[])[];
}

/** Reads by the file's own operators, and not by the library that wrote it. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const file = Buffer.from(bytes);
  if (file.toString("latin1", 0, 5) !== "%PDF-") throw new Error("not a PDF");
  const content = streamsOf(file).join("\n");
  const texts = Array.from(content.matchAll(/<([0-9A-F]*)> Tj/g), ([, hex = ""]) =>
    new TextDecoder("windows-1252").decode(Buffer.from(hex, "hex")),
  );
  return { texts, squares: gridOf(content) };
}

function streamsOf(file: Buffer): string[] {
  const streams: string[] = [];
  for (let at = file.indexOf("stream\n"); at >= 0; at = file.indexOf("stream\n", at + 1)) {
    if (file.toString("latin1", at - 3, at) === "end") continue;
    const end = file.indexOf("endstream", at);
    streams.push(inflateSync(file.subarray(at + "stream\n".length, end)).toString("latin1"));
  }
  return streams.filter((text) => /\bT[jf]\b/.test(text));
}

const SQUARE =
  /1 0 0 1 ([\d.]+) ([\d.]+) cm\n(?:1 0 0 -?1 0 0 cm\n)+0 0 0 rg\n\[\] 0 d\n0 0 m\n([\d.]+) 0 l\n\3 \3 l\n0 \3 l\nh\nf/g;

function gridOf(content: string): boolean[][] {
  const found = Array.from(content.matchAll(SQUARE), ([, x, y, side]) => ({
    x: Number(x),
    y: Number(y),
    side: Number(side),
  }));
  const [first] = found;
  if (!first) return [];
  const left = Math.min(...found.map(({ x }) => x));
  const top = Math.max(...found.map(({ y }) => y));
  const size = Math.round((Math.max(...found.map(({ x }) => x)) - left) / first.side) + 1;
  const grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const { x, y, side } of found) {
    const row = grid[Math.round((top - y) / side)];
    if (row) row[Math.round((x - left) / side)] = true;
  }
  return grid;
}
