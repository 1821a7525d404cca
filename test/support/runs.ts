/**
 * How often something random is tried: 1,000 times where nothing else is said. OCMT_RUNS is that thousand: 100000 by night, 20 under
 * each change that Stryker makes. The seed is drawn once for a run and printed (draw-seed.ts); OCMT_SEED repeats it.
 */
const SCALE = Number(process.env["OCMT_RUNS"] ?? 1000) / 1000;

export const often = (usual = 1000): number => Math.ceil(usual * SCALE);

/** Of a walk through everything, how many places it goes on at once: each one, unless less than usual is asked for. */
export const STRIDE = Math.max(1, Math.round(1 / SCALE));

export const RUNS = { numRuns: often() };
