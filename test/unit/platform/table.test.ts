import { describe } from "vitest";
import { promisesOfTables } from "#test/support/table-contract.ts";
import { World } from "#test/support/world.ts";

describe("the tables in memory", () => {
  const world = new World();
  world.clock = new Date();
  promisesOfTables(() => world);
});
