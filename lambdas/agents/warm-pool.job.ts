import { serveJob } from "#platform/pipe/job.ts";
import { ecsFleet } from "#platform/services/fleet.ts";
import { fillPool, Wanted } from "./jobs/warm-pool.ts";

export const handler = serveJob({ name: "warm-pool", input: Wanted, run: fillPool }, { fleet: ecsFleet() });
