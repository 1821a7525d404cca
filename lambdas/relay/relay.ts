import { serveJob } from "#platform/pipe/job.ts";
import { relayConnections } from "#platform/services/connections.ts";
import { handleEvent, SocketEvent } from "./events.ts";
import { makePeers } from "./peers.ts";

const ports = { connections: relayConnections(), peers: makePeers() };

export const handler = serveJob({ name: "relay", input: SocketEvent, run: handleEvent }, ports);
