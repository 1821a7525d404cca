import { randomUUID } from "node:crypto";
import type { Seen } from "./platform-view.ts";

/** A string that occurs nowhere else, to be put where only its owner may read it. */
export const makeSentinel = (name: string): string => `sentinel-${name}-${randomUUID()}`;

/** Where any of the sentinels stands in what was seen: as it is, or in one of the spellings that hide a string from a plain search. */
export async function findSentinels(
  sentinels: readonly string[],
  everything: AsyncIterable<Seen> | Iterable<Seen>,
): Promise<string[]> {
  const needles = sentinels.flatMap((sentinel) => spellingsOf(sentinel).map((bytes) => ({ sentinel, bytes })));
  const found: string[] = [];
  for await (const { where, bytes } of everything) {
    const hit = needles.find((needle) => bytes.includes(needle.bytes));
    if (hit) found.push(`${hit.sentinel} in ${where}`);
  }
  return found;
}

/** Plain, hexadecimal, URL-encoded, UTF-16, and base64 at each of its three offsets (standard and URL alphabet). */
function spellingsOf(text: string): Buffer[] {
  const plain = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), plain]).toString("base64");
    const inner = shifted.slice(offset === 0 ? 0 : offset + 1, -4); // the edges depend on the neighbours
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const texts = [text, plain.toString("hex"), encodeURIComponent(text), ...base64];
  return [...new Set(texts)].map((spelling) => Buffer.from(spelling)).concat(Buffer.from(text, "utf16le"));
}
