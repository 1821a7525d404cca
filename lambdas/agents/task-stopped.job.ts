import { relayConnections } from "#platform/connections.ts";
import { serveJob } from "#platform/job.ts";
import { sfnMachines } from "#platform/machines.ts";
import { onTaskStopped, TaskStopped } from "./jobs/task-stopped.ts";

const ports = { machines: sfnMachines(), connections: relayConnections() };

export const handler = serveJob({ name: "task-stopped", input: TaskStopped, run: onTaskStopped }, ports);
