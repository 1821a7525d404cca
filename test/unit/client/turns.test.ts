import { expect, it } from "vitest";
import { takeTurns } from "#shared/turns.ts";

it("does one work after the other, and goes on after one that fails, which its giver hears", async () => {
  const inTurn = takeTurns();
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const work = (name: string, until: Promise<void> = Promise.resolve()) =>
    inTurn(async () => {
      await until;
      done.push(name);
      return name;
    });
  const slow = work("slow", first.promise);
  const failing = inTurn(async () => Promise.reject(new Error("no"))).catch((error: Error) => error.message);
  const quick = work("quick");
  first.resolve();
  expect(await Promise.all([slow, failing, quick])).toEqual(["slow", "no", "quick"]);
  expect(done).toEqual(["slow", "quick"]);
});
