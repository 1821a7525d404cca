/**
 * How often something random is tried: 1,000 times where nothing else is said. OCMT_RUNS is that thousand: 100000 by night, 20 under
 * each change that Stryker makes. The seed is drawn once for a run and printed (draw-seed.ts); OCMT_SEED repeats it.
 */
const ASKED = process.env["OCMT_RUNS"];
const SCALE = Number(ASKED ?? 1000) / 1000;

export const often = (usual = 1000): number => Math.ceil(usual * SCALE);

/** Where one run takes tens of milliseconds: `usual` in a run of which nothing is said, and otherwise what OCMT_RUNS says, up to 1,000. */
export const seldom = (usual: number): number => Math.min(1000, Number(ASKED ?? usual));
export const SELDOM_MS = 900_000;

/** Of a walk through everything, how many places it goes on at once: each one, unless less than usual is asked for. */
export const STRIDE = Math.max(1, Math.round(1 / SCALE));

export const RUNS = { numRuns: often() };
