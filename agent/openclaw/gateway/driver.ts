import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { MODEL_OF, type SessionModel } from "../cell/config.ts";
import { type GatewayEvent, readGatewayEvent } from "./events.ts";
import { GatewayError, type GatewaySocket } from "./socket.ts";

/** What the supervisor asks of a running OpenClaw. */
export interface Driver {
  /**
   * Starts a run; its events follow under `runId`. Asked twice with one `runId`, it runs once. What else is on in its session is ended
   * first: a turn that OpenClaw took up again by itself, or one that was stopped and is not out of the house yet. Behind such a run a
   * message would wait without its own answer.
   */
  send(run: ChatRun): Promise<void>;
  abort(sessionKey: string): Promise<void>;
  decide(approvalId: string, decision: "allow-once" | "deny"): Promise<void>;
  forget(sessionKey: string): Promise<void>;
  /** Session ids by key. */
  listSessions(): Promise<Map<string, string>>;
  /** @throws unless the gate plugin stands in front of every tool. */
  checkGate(): Promise<void>;
  /**
   * Looks at the sessions there are. OpenClaw would go on by itself with turns its last end cut off; those are dropped, because
   * whoever asked was told that they are over.
   */
  takeStock(): Promise<void>;
  requestRestart(requestId: string): Promise<void>;
}

interface ChatRun {
  readonly runId: string;
  readonly sessionKey: string;
  readonly text: string;
  readonly model: SessionModel;
}

const Plugins = z.object({
  plugins: z.array(
    z.object({ id: z.string(), state: z.string(), runtime: z.object({ state: z.string() }).optional() }),
  ),
});
const Session = z.object({
  ...{ key: z.string(), sessionId: z.string().optional(), status: z.string().optional() },
  ...{ modelProvider: z.string().optional(), model: z.string().optional() },
});
const Sessions = z.object({ sessions: z.array(Session) });
const ALL = { limit: 10_000 }; // without a limit it tells of the newest only

class GateMissing extends Error {
  override readonly name = "GateMissing";
}

export function driveGateway(socket: GatewaySocket, onEvent: (event: GatewayEvent) => void): Driver {
  const models = new Map<string, string>(); // what each session uses; a new one the first of the configuration
  const asking = new Map<string, AbortController>(); // by session, what OpenClaw has not taken yet
  socket.onEvent((event, payload) => {
    const news = readGatewayEvent(event, payload, Date.now());
    if (news) onEvent(news);
  });
  return {
    async send({ runId, sessionKey, text, model }) {
      const wanted = MODEL_OF[model];
      if ((models.get(sessionKey) ?? MODEL_OF.completions) !== wanted) {
        await socket.request("sessions.patch", { key: sessionKey, model: wanted });
      }
      models.set(sessionKey, wanted);
      const message = { sessionKey, message: text, idempotencyKey: runId, queueMode: "interrupt" };
      const unwanted = new AbortController();
      asking.set(sessionKey, unwanted);
      const isTaken = await askAgain(() => socket.request("chat.send", message), unwanted.signal).finally(() =>
        asking.delete(sessionKey),
      );
      if (!isTaken) onEvent({ is: "end", runId, state: "aborted", text: "" });
    },
    async abort(sessionKey) {
      asking.get(sessionKey)?.abort();
      await socket.request("chat.abort", { sessionKey });
    },
    async decide(id, decision) {
      await socket.request("plugin.approval.resolve", { id, decision });
    },
    async forget(sessionKey) {
      models.delete(sessionKey);
      asking.get(sessionKey)?.abort();
      await socket.request("sessions.delete", { key: sessionKey });
    },
    async listSessions() {
      const { sessions } = Sessions.parse(await socket.request("sessions.list", ALL));
      return new Map(sessions.flatMap(({ key, sessionId }) => (sessionId ? [[key, sessionId] as const] : [])));
    },
    async checkGate() {
      const { plugins } = Plugins.parse(await socket.request("plugins.list"));
      const gate = plugins.find(({ id }) => id === "ocmt-gate");
      const stands = gate?.state === "enabled" && gate.runtime?.state === "active";
      if (!stands) throw new GateMissing("OpenClaw runs without the gate in front of its tools.");
    },
    async takeStock() {
      const { sessions } = Sessions.parse(await socket.request("sessions.list", ALL));
      for (const { key, status, modelProvider, model } of sessions) {
        models.set(key, `${modelProvider}/${model}`);
        if (status === "running") await socket.request("sessions.abort", { key });
      }
    },
    async requestRestart(requestId) {
      await socket.request("gateway.restart.request", { reason: "restore", requestId });
    },
  };
}

const ENDING_MS = 20_000;

/**
 * While what was on in the session is being ended, OpenClaw says when to ask again. False when it is not wanted any more, and was not
 * taken. @throws what it says after all that time.
 */
async function askAgain(ask: () => Promise<unknown>, unwanted: AbortSignal): Promise<boolean> {
  const deadlineMs = Date.now() + ENDING_MS;
  while (!unwanted.aborted) {
    try {
      await ask();
      return true;
    } catch (error) {
      const waitMs = error instanceof GatewayError && error.code === "UNAVAILABLE" ? error.retryAfterMs : undefined;
      if (waitMs === undefined || Date.now() > deadlineMs) throw error;
      await sleep(waitMs, undefined, { signal: unwanted }).catch(() => undefined);
    }
  }
  return false;
}
