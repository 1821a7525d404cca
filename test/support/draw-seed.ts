import { randomInt } from "node:crypto";

/** Before the first test file: one seed for all properties of a run, so that whatever fails can be had again. */
export function setup(): void {
  process.env["OCMT_SEED"] ??= String(randomInt(2 ** 31));
  const { OCMT_SEED: seed, OCMT_RUNS: runs = "1000" } = process.env;
  console.log(`properties: seed ${seed}, ${runs} runs each (again: OCMT_SEED=${seed} OCMT_RUNS=${runs})`);
}
