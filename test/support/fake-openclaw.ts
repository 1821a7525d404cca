import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Approval, OpenClaw, OpenClawEvent, OpenClawInput, RunInput, Turn } from "../../agent/openclaw/types.ts";

/**
 * OpenClaw without OpenClaw: it remembers what was said in each conversation, answers "heard: …" at once or when told to, and
 * keeps its memory in a file, as the real one does.
 */
export class FakeOpenClaw implements OpenClaw {
  readonly sent: RunInput[] = [];
  readonly primed: string[] = [];
  readonly decisions: string[] = [];
  memory = new Map<string, string[]>();
  isFrozen = false;
  isStopped = false;
  /** When false, an answer comes only from `answer`. */
  answersAlone = true;
  readonly input: OpenClawInput;
  readonly #active = new Map<string, RunInput>();
  readonly #told = new Map<string, readonly Turn[]>();
  #isUp = false;

  constructor(input: OpenClawInput) {
    this.input = input;
  }

  readonly pid = () => (this.#isUp ? 4_242 : undefined);
  readonly isUp = () => this.#isUp;

  async start(): Promise<void> {
    this.#isUp = true;
    this.tell({ is: "up" });
  }

  async release(): Promise<void> {}

  async prime(): Promise<void> {
    this.primed.push("primed");
  }

  async send(run: RunInput): Promise<void> {
    if (!this.#isUp) throw new Error("down");
    this.sent.push(run);
    this.#active.set(run.runId, run);
    if (this.answersAlone) queueMicrotask(() => this.answer(`heard: ${run.text}`, run.runId));
  }

  /** Ends the run that was sent last, or another. */
  answer(text: string, runId = this.sent.at(-1)?.runId ?? ""): void {
    const run = this.#active.get(runId);
    if (!run) return;
    this.#remember(run, text);
    for (const part of text.match(/\S+\s*/g) ?? []) this.tell({ is: "delta", runId, text: part });
    this.#active.delete(runId);
    this.tell({ is: "end", runId, state: "final", text });
  }

  /** A piece of an answer that goes on. */
  say(text: string, runId = this.sent.at(-1)?.runId ?? ""): void {
    this.tell({ is: "delta", runId, text });
  }

  ask(approval: Approval, runId = this.sent.at(-1)?.runId ?? ""): void {
    const conversationId = this.#active.get(runId)?.conversationId ?? "";
    this.tell({
      is: "tool",
      runId,
      tool: { toolCallId: approval.toolCallId, name: approval.toolName, state: "running" },
    });
    this.tell({ is: "approval", runId, conversationId, approval });
  }

  #remember({ conversationId, text }: RunInput, answer: string): void {
    const told = (this.#told.get(conversationId) ?? []).flatMap(({ user, assistant }) => [user, assistant]);
    this.#told.delete(conversationId);
    this.memory.set(conversationId, [...(this.memory.get(conversationId) ?? []), ...told, text, answer]);
  }

  tell(event: OpenClawEvent): void {
    this.input.onEvent(event);
  }

  async abort(conversationId: string): Promise<void> {
    const run = [...this.#active.values()].find((one) => one.conversationId === conversationId);
    if (!run) return;
    this.#active.delete(run.runId);
    this.tell({ is: "end", runId: run.runId, state: "aborted", text: "" });
  }

  async resolveApproval(approvalId: string, decision: "allow-once" | "deny"): Promise<void> {
    this.decisions.push(`${approvalId} ${decision}`);
    this.tell({ is: "approval.settled", approvalId, decision });
  }

  async replay(conversationId: string, turns: readonly Turn[]): Promise<void> {
    this.#told.set(conversationId, turns);
  }

  async knows(conversationId: string): Promise<boolean> {
    return this.memory.has(conversationId);
  }

  async deleteSession(conversationId: string): Promise<void> {
    this.memory.delete(conversationId);
  }

  freeze(): void {
    this.isFrozen = true;
  }

  thaw(): void {
    this.isFrozen = false;
  }

  async copyState(into: string): Promise<void> {
    if (this.#active.size > 0) throw new Error("a run is on");
    await mkdir(join(into, "openclaw"), { recursive: true });
    await writeFile(join(into, "openclaw", "memory.json"), JSON.stringify([...this.memory]));
  }

  async adoptState(from: string): Promise<"warm"> {
    this.memory = new Map(JSON.parse(await readFile(join(from, "openclaw", "memory.json"), "utf8")));
    await rm(from, { recursive: true });
    return "warm";
  }

  /** Dies as the real one does: every run is told as ended, then it is down. */
  crash(): void {
    this.#isUp = false;
    for (const runId of this.#active.keys()) {
      this.#active.delete(runId);
      this.tell({ is: "end", runId, state: "error", text: "", error: "it died" });
    }
    this.tell({ is: "down", reason: "exited" });
  }

  async stop(): Promise<void> {
    this.#isUp = false;
    this.isStopped = true;
  }
}
