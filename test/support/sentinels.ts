import { randomUUID } from "node:crypto";
import type { Seen } from "./platform-view.ts";

/** A string that occurs nowhere else, to be put where only its owner may read it. */
export const makeSentinel = (name: string): string => `sentinel-${name}-${randomUUID()}`;

/** What is looked for: a text, or the bytes that a text stands for. */
export type Secret = string | Uint8Array;

/** Where any of the sentinels stands in what was seen: as it is, or in one of the spellings that hide a secret from a plain search. */
export async function findSentinels(
  sentinels: readonly Secret[],
  everything: AsyncIterable<Seen> | Iterable<Seen>,
): Promise<string[]> {
  const needles = sentinels.flatMap((sentinel) => spellingsOf(sentinel).map((bytes) => ({ sentinel, bytes })));
  const found: string[] = [];
  for await (const { where, bytes } of everything) {
    const hit = needles.find((needle) => bytes.includes(needle.bytes));
    if (hit) found.push(`${nameOf(hit.sentinel)} in ${where}`);
  }
  return found;
}

const nameOf = (secret: Secret): string =>
  typeof secret === "string" ? secret : `bytes ${Buffer.from(secret).toString("hex")}`;

/** Plain, hexadecimal, base64 at each of its three offsets (standard and URL alphabet); a text also URL-encoded and in UTF-16, words also as a list. */
function spellingsOf(secret: Secret): Buffer[] {
  const plain = Buffer.from(secret);
  if (plain.length < 8) throw new Error("Something so short is found by chance, or an empty one everywhere.");
  const base64 = [0, 1, 2].flatMap((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), plain]).toString("base64");
    const inner = shifted.slice(offset === 0 ? 0 : offset + 1, -4); // the edges depend on the neighbours
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const spelled = [...new Set([plain.toString("hex"), ...base64, ...textsOf(secret)])].map((text) => Buffer.from(text));
  const wide = typeof secret === "string" ? [Buffer.from(secret, "utf16le")] : [];
  return [plain, ...spelled, ...wide];
}

function textsOf(secret: Secret): string[] {
  if (typeof secret !== "string") return [];
  const lists = secret.includes(" ") ? ['","', "-", "+", ""].map((between) => secret.replaceAll(" ", between)) : [];
  return [encodeURIComponent(secret), ...lists];
}
