import { ecsFleet } from "#platform/fleet.ts";
import { serveJob } from "#platform/job.ts";
import { fillPool, Wanted } from "./jobs/warm-pool.ts";

export const handler = serveJob({ name: "warm-pool", input: Wanted, run: fillPool }, { fleet: ecsFleet() });
