import { relayConnections } from "#platform/connections.ts";
import { serveJob } from "#platform/job.ts";
import { handleEvent, SocketEvent } from "./events.ts";
import { makePeers } from "./peers.ts";

const ports = { connections: relayConnections(), peers: makePeers() };

export const handler = serveJob({ name: "relay", input: SocketEvent, run: handleEvent }, ports);
