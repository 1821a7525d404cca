import { readFileSync, writeFileSync } from "node:fs";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { FORMAT_NAMES, FORMATS } from "./formats.ts";
import { type Edit, type Frozen, type FrozenBlob, type FrozenRefusal, openFrozen } from "./frozen.ts";
import { worldOf } from "./world.ts";

/**
 * What: adds to frozen.json the formats it does not have yet. When: once per format version, when a format is first built; what is
 * there stays, so it can never make a failing test pass. Who: whoever adds a format. Run: node test/unit/crypto/make-frozen.ts
 */
const WORLDS = [101, 102, 103];
const file = new URL("frozen.json", import.meta.url);
const before = JSON.parse(readFileSync(file, "utf8")) as Frozen; // written by this script
const positive: FrozenBlob[] = [...before.positive];
const negative: FrozenRefusal[] = [...before.negative];

for (const format of FORMAT_NAMES.filter((name) => !before.positive.some((blob) => blob.format === name))) {
  for (const seed of WORLDS) {
    const world = worldOf(seed);
    const bytes = await FORMATS[format].make(world);
    const inside = encodeBase64url(await FORMATS[format].open(bytes, world));
    const blob = { format, world: seed, bytes: encodeBase64url(bytes), inside };
    positive.push(blob);
    for (const edit of editsOf(decodeBase64url(blob.bytes), seed)) {
      negative.push({ blob: positive.length - 1, edit, code: await refusalOf(blob, edit) });
    }
  }
}

const lines = (entries: readonly object[]) => entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
const text = `{\n  "positive": [\n${lines(positive)}\n  ],\n  "negative": [\n${lines(negative)}\n  ]\n}\n`;
writeFileSync(file, text);
console.log(`${positive.length} positive, ${negative.length} negative`);

function editsOf(bytes: Uint8Array, seed: number): Edit[] {
  const size = bytes.length;
  return [
    { set: 4, to: 2 }, // the suite byte, where a format has one
    { set: 0, to: 0x58 },
    { flipBit: (size * 8 * (seed % 7)) >> 3 },
    { flipBit: size * 8 - 1 },
    { cutTo: size - 1 },
    { append: 1 },
    { openInWorld: seed + 1000 },
  ];
}

async function refusalOf(blob: FrozenBlob, edit: Edit): Promise<string> {
  try {
    await openFrozen(blob, edit);
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
  throw new Error(`${blob.format} opens after ${JSON.stringify(edit)}`);
}
