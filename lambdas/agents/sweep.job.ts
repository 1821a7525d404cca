import { serveJob } from "#platform/pipe/job.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { s3Objects } from "#platform/services/objects.ts";
import { dynamoDueList } from "#platform/tables/due.ts";
import { sweep, Tick } from "./jobs/sweep.ts";

const ports = { machines: sfnMachines(), connections: relayConnections(), due: dynamoDueList(), objects: s3Objects() };

export const handler = serveJob({ name: "sweep", input: Tick, run: sweep }, ports);
