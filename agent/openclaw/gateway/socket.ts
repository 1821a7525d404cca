import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

/** OpenClaw's gateway protocol, version 4: requests with answers, and events. */
export interface GatewaySocket {
  /** @throws GatewayError when it is refused, when there is no answer in time, or when the socket closes. */
  request(method: string, params?: object, timeoutMs?: number): Promise<unknown>;
  onEvent(listen: (event: string, payload: unknown) => void): () => void;
  readonly closed: Promise<void>;
  close(): void;
}

export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly code: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface GatewayAddress {
  readonly port: number;
  readonly token: string;
}

const REQUEST_MS = 30_000;
const RETRY_MS = 60;

/** Tries until the gateway is up. @throws GatewayError when it refuses for good, or at the deadline; the signal's reason. */
export async function connectGateway(
  address: GatewayAddress,
  deadlineMs: number,
  signal?: AbortSignal,
): Promise<GatewaySocket> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await openSocket(address);
    } catch (error) {
      const isFinal = error instanceof GatewayError && !["UNAVAILABLE", "closed"].includes(error.code);
      if (isFinal || Date.now() > deadlineMs) throw error;
      await sleep(error instanceof GatewayError ? (error.retryAfterMs ?? RETRY_MS) : RETRY_MS);
    }
  }
}

const HELLO = {
  ...{ minProtocol: 4, maxProtocol: 4, role: "operator" },
  client: { id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend", displayName: "supervisor" },
  scopes: ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.questions"],
  caps: ["tool-events", "exec-approvals", "plugin-approvals", "approvals"],
};

async function openSocket({ port, token }: GatewayAddress): Promise<GatewaySocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false, maxPayload: 32 * 1024 * 1024 });
  const talk = startTalk(ws);
  const challenged = new Promise<void>((resolve, reject) => {
    talk.onEvent((event) => event === "connect.challenge" && resolve());
    void talk.closed.then(() => reject(new GatewayError("closed", "The gateway closed the connection.")));
  });
  try {
    await challenged;
    await talk.request("connect", { ...HELLO, auth: { token } });
    return talk;
  } catch (error) {
    talk.close();
    throw error;
  }
}

interface Pending {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: GatewayError) => void;
  readonly timer: NodeJS.Timeout;
}

function startTalk(ws: WebSocket): GatewaySocket {
  const pending = new Map<string, Pending>();
  const listeners = new Set<(event: string, payload: unknown) => void>();
  let count = 0;

  const settle = (id: string, act: (one: Pending) => void) => {
    const one = pending.get(id);
    if (!one || !pending.delete(id)) return;
    clearTimeout(one.timer);
    act(one);
  };
  const closed = new Promise<void>((resolve) => {
    ws.on("error", () => undefined); // a close follows
    ws.on("close", () => {
      for (const id of [...pending.keys()]) {
        settle(id, ({ reject }) => reject(new GatewayError("closed", "The gateway closed the connection.")));
      }
      resolve();
    });
  });
  ws.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Frame; // OpenClaw's own process on loopback, which holds our token
    if (frame.type === "event") for (const listen of listeners) listen(frame.event ?? "", frame.payload);
    if (frame.type !== "res") return;
    settle(frame.id ?? "", ({ resolve, reject }) => (frame.ok ? resolve(frame.payload) : reject(errorOf(frame.error))));
  });
  return {
    closed,
    request: (method, params = {}, timeoutMs = REQUEST_MS) =>
      new Promise((resolve, reject) => {
        const id = String(++count);
        const late = () => settle(id, (one) => one.reject(new GatewayError("timeout", `${method} was not answered.`)));
        pending.set(id, { resolve, reject, timer: setTimeout(late, timeoutMs) });
        ws.send(JSON.stringify({ type: "req", id, method, params }), (error) => {
          if (error) settle(id, (one) => one.reject(new GatewayError("closed", `${method} could not be sent.`)));
        });
      }),
    onEvent(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    close: () => ws.close(),
  };
}

interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly ok?: boolean;
  readonly event?: string;
  readonly payload?: unknown;
  readonly error?: { code?: string; message?: string; retryAfterMs?: number; details?: { retryAfterMs?: number } };
}

const errorOf = (error: Frame["error"]): GatewayError =>
  new GatewayError(
    error?.code ?? "unknown",
    error?.message ?? "refused",
    error?.retryAfterMs ?? error?.details?.retryAfterMs,
  );
