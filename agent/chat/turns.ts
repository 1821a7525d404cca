import { randomUUID } from "node:crypto";
import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { RunEnd } from "../openclaw/gateway/events.ts";
import type { OpenClaw, OpenClawEvent } from "../openclaw/types.ts";
import type { Log } from "../platform/log.ts";
import { clipText } from "./clip.ts";
import type { ChatLog } from "./log/chat-log.ts";
import type { Recorder } from "./log/recorder.ts";
import { type Running, startRunning } from "./run.ts";

/** Messages are answered one at a time in each conversation, and in a few conversations at once. */
export interface Turns {
  /** Starts what can be started: after a message, an answer, a thaw, a restart. */
  pump(): void;
  hear(event: OpenClawEvent): void;
  /** The person wants no answer to this message, or no more of it. */
  abort(asked: Id<"message">): void;
  abortAll(): void;
  runningIn(conversationId: Id<"conversation">): Running | undefined;
  isIdle(): boolean;
  whenIdle(): Promise<void>;
  /** No answer is begun while someone holds. */
  hold(): () => void;
}

export interface TurnsInput {
  readonly log: ChatLog;
  readonly recorder: Pick<Recorder, "write">;
  readonly openclaw: Pick<OpenClaw, "send" | "abort" | "isUp">;
  readonly report: Log;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly tellAll: (message: Fleeting<AgentMessage>) => void;
  /** An answer is kept. */
  readonly onAnswered: (entry: Entry) => void;
  /** An answer could not be kept, so nothing that follows can be. */
  readonly onFailure: (cause: unknown) => void;
}

const AT_ONCE_MAX = 4;
const TRIES_MAX = 3;
const NO_ANSWER = "OpenClaw ended this without an answer. Send it again.";

/** What is under way. */
interface Desk extends TurnsInput {
  readonly running: Map<Id<"conversation">, Running>;
  readonly finishing: Set<Id<"message">>; // ended, and being written to the journal
  readonly tries: Map<Id<"message">, number>;
  holds: number;
  waiting: (() => void)[]; // for quiet
}

export function startTurns(input: TurnsInput): Turns {
  const desk: Desk = { ...input, running: new Map(), finishing: new Set(), tries: new Map(), holds: 0, waiting: [] };
  const { running } = desk;
  const findRun = (runId: string) => [...running.values()].find((run) => run.runId === runId);
  return {
    pump: () => pump(desk),
    hear(event) {
      if (event.is === "up") pump(desk);
      const run = "runId" in event && event.runId !== undefined ? findRun(event.runId) : undefined;
      if (!run) return; // of a run that was given up
      if (event.is === "delta") run.push(event.text, event.replaces);
      if (event.is === "tool") run.hearTool(event.tool);
      if (event.is !== "end") return;
      if (event.state === "error" && !input.openclaw.isUp()) interrupt(desk, run);
      else conclude(desk, run, event);
    },
    abort: (id) => abort(desk, id),
    abortAll() {
      for (const { asked } of running.values()) abort(desk, asked.id);
    },
    runningIn: (conversationId) => running.get(conversationId),
    isIdle: () => isIdle(desk),
    whenIdle: () => (isIdle(desk) ? Promise.resolve() : new Promise((resolve) => void desk.waiting.push(resolve))),
    hold() {
      desk.holds += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        desk.holds -= 1;
        pump(desk);
      };
    },
  };
}

const isIdle = ({ running, finishing }: Desk): boolean => running.size === 0 && finishing.size === 0;

function pump(desk: Desk): void {
  const { log, finishing, running, openclaw } = desk;
  for (const { asked, answer } of log.listTurns()) {
    if (answer || finishing.has(asked.id) || running.has(asked.conversationId)) continue;
    if (log.isStopped(asked.id)) finish(desk, asked, { runId: asked.id, state: "aborted", text: "", tools: [] });
    else if (desk.holds === 0 && openclaw.isUp() && running.size < AT_ONCE_MAX) begin(desk, asked);
  }
}

function begin(desk: Desk, asked: Entry): void {
  const { openclaw, running, tries } = desk;
  const { id, conversationId, text } = asked;
  const runId = `${id}.${randomUUID().slice(0, 8)}`;
  const run = startRunning({ ...desk, runId, asked });
  running.set(conversationId, run);
  tries.set(id, (tries.get(id) ?? 0) + 1);
  mark(desk, id, "sent");
  openclaw.send({ runId, conversationId, text }).catch((error: unknown) => {
    desk.report.error("turn.not_sent", error);
    if (running.get(conversationId) !== run) return;
    if (openclaw.isUp()) end(desk, run, "error");
    else interrupt(desk, run);
  });
}

function mark({ log, tellAll }: Desk, id: Id<"message">, state: "queued" | "sent"): void {
  const entry = log.setState(id, state);
  if (entry) tellAll({ type: "chat.entry", entry });
}

/** OpenClaw is gone, and with it the answer, which it tells as an error: it is begun anew when it is back, but not for ever. */
function interrupt(desk: Desk, run: Running): void {
  const { id, conversationId } = run.asked;
  if (desk.finishing.has(id)) return;
  if ((desk.tries.get(id) ?? 0) >= TRIES_MAX) {
    end(desk, run, "error");
    return;
  }
  run.stop();
  desk.running.delete(conversationId);
  mark(desk, id, "queued");
  tellIdle(desk);
}

function abort(desk: Desk, id: Id<"message">): void {
  const run = [...desk.running.values()].find(({ asked }) => asked.id === id);
  if (run) desk.openclaw.abort(run.asked.conversationId).catch(() => end(desk, run, "aborted"));
  else pump(desk); // nothing of it yet: it is closed as it is
}

/** Nothing at all is no answer, whatever OpenClaw calls it: it says "final" too where it put a message behind another run. */
function conclude(desk: Desk, run: Running, { state, text, error }: RunEnd): void {
  const told = run.tell();
  if (state === "final" && !text && !told.text && told.tools.length === 0) end(desk, run, "error", error ?? NO_ANSWER);
  else end(desk, run, state, text || (told.text ? undefined : error));
}

interface Answer {
  readonly runId: string;
  readonly state: "final" | "aborted" | "error";
  readonly text: string;
  readonly tools: Entry["tools"];
}

function end(desk: Desk, run: Running, state: Answer["state"], text?: string): void {
  run.stop();
  const told = run.tell();
  finish(desk, run.asked, { ...told, tools: told.tools.map(closeTool), state, text: text || told.text });
}

/** Nothing runs on after the end of its answer. */
const closeTool = (tool: Entry["tools"][number]): Entry["tools"][number] =>
  tool.state === "running" || tool.state === "waiting" ? { ...tool, state: "failed" } : tool;

function finish(desk: Desk, asked: Entry, answer: Answer): void {
  if (!desk.finishing.has(asked.id)) keepAnswer(desk, asked, answer).catch(desk.onFailure);
}

async function keepAnswer(desk: Desk, asked: Entry, { runId, state, text, tools }: Answer): Promise<void> {
  const { log, now, running, finishing } = desk;
  const { conversationId } = asked;
  finishing.add(asked.id);
  const place = { seq: log.takeSeq(), id: newId("message", new Date(now())), conversationId, at: now() };
  const entry: Entry = { ...place, role: "assistant", to: asked.id, text: clipText(text), tools, state };
  await desk.recorder.write({ is: "answered", to: asked.id, entry });
  finishing.delete(asked.id);
  desk.tries.delete(asked.id);
  if (running.get(conversationId)?.asked.id === asked.id) running.delete(conversationId);
  if (log.findConversation(conversationId)) desk.tellAll({ type: "chat.end", conversationId, runId, state, entry });
  desk.onAnswered(entry);
  pump(desk);
  tellIdle(desk);
}

function tellIdle(desk: Desk): void {
  if (isIdle(desk)) for (const resolve of desk.waiting.splice(0)) resolve();
}
