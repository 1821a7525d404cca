import { once } from "node:events";
import { type WebSocket, WebSocketServer } from "ws";

type Answer = (params: Record<string, unknown>) => unknown;

/** A gateway that speaks OpenClaw's protocol: it challenges, answers what it was told to, and says what it is told to say. */
export interface FakeGateway {
  readonly port: number;
  readonly asked: { method: string; params: Record<string, unknown> }[];
  /** Answers a method from now on; an Error is a refusal with its message as the code and its cause as more of it. */
  answer(method: string, answer: Answer): void;
  tell(event: string, payload: unknown): void;
  dropAll(): void;
  close(): Promise<void>;
}

const gateStands = { plugins: [{ id: "ocmt-gate", state: "enabled", runtime: { state: "active" } }] };

export async function openFakeGateway(port = 0): Promise<FakeGateway> {
  const server = new WebSocketServer({ host: "127.0.0.1", port });
  await once(server, "listening");
  const address = server.address();
  const asked: FakeGateway["asked"] = [];
  const answers = new Map<string, Answer>([
    ["connect", () => ({ type: "hello-ok" })],
    ["plugins.list", () => gateStands],
    ["sessions.list", () => ({ sessions: [] })],
  ]);
  server.on("connection", (socket) => {
    send(socket, { type: "event", event: "connect.challenge", payload: {} });
    socket.on("message", (data) => {
      const { id, method, params } = JSON.parse(String(data));
      asked.push({ method, params });
      const answer = answers.get(method) ?? (() => ({}));
      const payload = answer(params);
      if (payload === undefined) return; // no answer at all
      if (payload instanceof Error) send(socket, { type: "res", id, ok: false, error: refusalOf(payload) });
      else send(socket, { type: "res", id, ok: true, payload });
    });
  });
  const tellAll = (frame: object) => {
    for (const socket of server.clients) send(socket, frame);
  };
  return {
    port: typeof address === "object" && address ? address.port : 0,
    asked,
    answer: (method, answer) => void answers.set(method, answer),
    tell: (event, payload) => tellAll({ type: "event", event, payload }),
    dropAll() {
      for (const socket of server.clients) socket.terminate();
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refusalOf = ({ message, cause }: Error) => ({ code: message, ...(cause instanceof Object ? cause : {}) });

const send = (socket: WebSocket, frame: object): void => socket.send(JSON.stringify(frame));
