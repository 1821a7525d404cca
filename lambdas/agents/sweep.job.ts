import { relayConnections } from "#platform/connections.ts";
import { dynamoDueList } from "#platform/due.ts";
import { serveJob } from "#platform/job.ts";
import { sfnMachines } from "#platform/machines.ts";
import { sweepIdle, Tick } from "./jobs/sweep.ts";

const ports = { machines: sfnMachines(), connections: relayConnections(), due: dynamoDueList() };

export const handler = serveJob({ name: "sweep", input: Tick, run: sweepIdle }, ports);
