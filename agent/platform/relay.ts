import { WebSocket } from "ws";
import { keepSocket, type Socket, type SocketInput, type StandingSocket } from "#shared/client/link/socket.ts";

/** API Gateway closes a socket after ten silent minutes, and a network may lose one without a word. */
const PING_MS = 4 * 60_000;
const PONG_MS = 30_000;

/** The task's standing socket at the relay: dialled out, with a new ticket each time, alive as long as pings are answered. */
export const keepRelaySocket = (
  relayUrl: string,
  input: Omit<SocketInput, "open">,
  open: (url: string) => Socket = openPingedSocket,
): StandingSocket =>
  keepSocket({ ...input, open: (ticket) => open(`${relayUrl}?ticket=${encodeURIComponent(ticket)}`) });

function openPingedSocket(url: string): Socket {
  const socket = new WebSocket(url, { handshakeTimeout: 20_000, maxPayload: 1024 * 1024, perMessageDeflate: false });
  let deadline: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.ping();
    deadline ??= setTimeout(() => socket.terminate(), PONG_MS);
  }, PING_MS);
  socket.on("pong", () => {
    clearTimeout(deadline);
    deadline = undefined;
  });
  socket.on("close", () => {
    clearInterval(timer);
    clearTimeout(deadline);
  });
  return socket as unknown as Socket; // its handlers take events that the standing socket does not look at
}
