import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { FORMAT_NAMES, FORMATS } from "./formats.ts";
import type { Frozen } from "./frozen.ts";
import { worldOf } from "./world.ts";

const frozen = JSON.parse(readFileSync(new URL("frozen.json", import.meta.url), "utf8")) as Frozen; // written by make-frozen.ts

describe.each(FORMAT_NAMES)("A04 %s", (name) => {
  it("opens as it was made, to what was inside the first of them", async () => {
    const first = frozen.positive.find(({ format }) => format === name);
    const world = worldOf(Number(first?.world));
    const bytes = await FORMATS[name].make(world);
    expect(encodeBase64url(await FORMATS[name].open(bytes, world))).toBe(first?.inside);
  });
});
