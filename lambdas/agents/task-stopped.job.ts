import { serveJob } from "#platform/pipe/job.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { sfnMachines } from "#platform/services/machines.ts";
import { onTaskStopped, TaskStopped } from "./jobs/task-stopped.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serveJob({ name: "task-stopped", input: TaskStopped, run: onTaskStopped }, ports);
