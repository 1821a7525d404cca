import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Entry {
  readonly optionalDependencies?: Record<string, string>;
}

it("the lock names the packages of every platform: `npm ci` refuses one that lacks any (scripts/complete-lock.ts)", () => {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };
  const lacking = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(lacking).toEqual([]);
});
