import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { contrastOf, type Oklch } from "../../../frontend/src/lib/contrast.ts";

const css = readFileSync(new URL("../../../frontend/src/lib/theme.css", import.meta.url), "utf8");
const NUMBERS = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)`;
const read = ([l, c, h]: string[]): Oklch => ({ l: Number(l), c: Number(c), h: Number(h) });
const tokens = new Map(
  Array.from(css.matchAll(new RegExp(String.raw`--([\w-]+): light-dark\(${NUMBERS}, ${NUMBERS}\)`, "g")), (m) => [
    m[1] ?? "",
    { light: read(m.slice(2, 5)), dark: read(m.slice(5, 8)) },
  ]),
);
const texts = ["ink", "quiet", "accent", "good", "warn", "bad"];
const pairs = [...texts.flatMap((text) => ["page", "panel"].map((on) => [text, on])), ["on-accent", "accent"]];

it("measures black on white as 21 and a colour on itself as 1", () => {
  const [black, white] = [read(["0", "0", "0"]), read(["1", "0", "0"])];
  expect(contrastOf(black, white)).toBeCloseTo(21, 2);
  expect(contrastOf(white, white)).toBe(1);
});

it.each(pairs)("text in %s on %s has a contrast of 4.5 or more, light and dark", (text = "", on = "") => {
  const [one, other] = [tokens.get(text), tokens.get(on)];
  if (!one || !other) throw new Error(`theme.css lacks ${text} or ${on}`);
  expect(contrastOf(one.light, other.light)).toBeGreaterThanOrEqual(4.5);
  expect(contrastOf(one.dark, other.dark)).toBeGreaterThanOrEqual(4.5);
});
