import { createHash } from "node:crypto";
import type { Envelope, SavedState } from "#shared/contracts/agents.ts";
import type { Input, Reply, Route } from "#shared/contracts/route.ts";
import { type Assignment, tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { FakeUses } from "./fake-uses.ts";

type Routes = typeof tasksContract;
type Serve = { [K in keyof Routes]: (input: Input<Routes[K]>, taskId: Id<"task">) => Reply<Routes[K]> };

interface TaskRow {
  readonly bootSignPub: string;
  readonly bootKemPub: string;
  assignment: Assignment | null;
}

const LIFE_MS = 15 * 60_000;
const OBJECTS = "https://objects.example/";

/** What the platform keeps of one agent and its tasks, and the routes of the tasks contract over it, as `fetch`. */
export class FakeTasksApi {
  readonly tickets = new Set<string>();
  readonly tasks = new Map<Id<"task">, TaskRow>();
  readonly reports: {
    taskId: Id<"task">;
    fact: string;
    detail?: string | undefined;
    firstMessage?: boolean | undefined;
  }[] = [];
  readonly objects = new Map<string, Uint8Array>();
  journal: { seq: number; blob: string }[] = [];
  queue: { id: Id<"frame">; at: string; blob: string }[] = [];
  /** Uses of grants, by the grant; several agents may share them. */
  uses = new FakeUses();
  holder: { taskId: Id<"task">; generation: number } | undefined;
  saved: SavedState | null = null;
  finals = 0;
  envelope: Envelope | null = null;
  stateUrl = "";
  /** The task is told that there is no state, whatever devices are told. */
  hidesState = false;
  /** Before or after the work is done, the answer is lost; once. */
  readonly losing = new Map<keyof Routes, "before" | "after">();
  onReport: (fact: string) => void = () => undefined;
  readonly calls: string[] = [];
  /** Who added to the journal or committed a state. */
  readonly writers: Id<"task">[] = [];
  /** Every body that reached the platform. */
  readonly seen: string[] = [];

  readonly fetch: typeof fetch = async (target, init = {}) => {
    const url = new URL(String(target));
    if (url.href.startsWith(OBJECTS)) return this.#object(url.href, init);
    const route = Object.entries(tasksContract).find(
      ([, { method, path }]) => method === init.method && patternOf(path).test(url.pathname),
    );
    if (!route) return problem(new AppError("route.not_found"));
    const name = route[0] as keyof Routes; // an entry of the contract
    this.calls.push(name);
    this.seen.push(String(init.body ?? ""));
    if (this.losing.get(name) === "before") throw this.#lose(name);
    try {
      const reply = this.#serve(name, url, init);
      if (this.losing.get(name) === "after") throw this.#lose(name);
      return Response.json(reply);
    } catch (error) {
      if (error instanceof AppError) return problem(error);
      throw error;
    }
  };

  #lose(name: keyof Routes): TypeError {
    this.losing.delete(name);
    return new TypeError("fetch failed");
  }

  #serve(name: keyof Routes, url: URL, init: RequestInit): unknown {
    const route: Route = tasksContract[name];
    const named = patternOf(route.path).exec(url.pathname)?.groups ?? {};
    const rest = init.body === undefined ? Object.fromEntries(url.searchParams) : JSON.parse(String(init.body));
    const given = { ...rest, ...named };
    const bearer = new Headers(init.headers).get("authorization")?.slice("Bearer ".length) as Id<"task"> | undefined;
    const taskId = bearer ?? newId("task", new Date());
    if (route.access === "task" && !this.tasks.has(taskId)) throw new AppError("auth.required");
    const serve = this.#routes[name] as (input: unknown, taskId: Id<"task">) => unknown; // its own input, parsed here
    return route.reply.parse(serve(route.input.parse(given), taskId));
  }

  async #object(url: string, { method, body }: RequestInit): Promise<Response> {
    if (method !== "PUT") return new Response(Buffer.from(this.objects.get(url) ?? []));
    this.objects.set(url, new Uint8Array(await (body as Blob).arrayBuffer())); // the supervisor sends a file
    return new Response();
  }

  #mint(taskId: Id<"task">) {
    const assignment = this.tasks.get(taskId)?.assignment ?? null;
    return { token: taskId, expiresAt: new Date(Date.now() + LIFE_MS).toISOString(), assignment };
  }

  #hold(taskId: Id<"task">): void {
    const held = this.tasks.get(taskId)?.assignment;
    const isHolder = this.holder?.taskId === taskId && this.holder.generation === held?.generation;
    if (!isHolder) throw new AppError("task.replaced");
  }

  readonly #routes: Serve = {
    exchange: ({ ticket, bootSignPub, bootKemPub }, taskId) => {
      if (!this.tickets.delete(ticket)) throw new AppError("task.ticket_invalid");
      this.tasks.set(taskId, { bootSignPub, bootKemPub, assignment: null });
      return { taskId, ...this.#mint(taskId) };
    },
    renew: (_, taskId) => this.#mint(taskId),
    relayTicket: (_, taskId) => ({ ticket: `relay-${taskId}`, expiresAt: new Date().toISOString() }),
    report: ({ fact, detail, firstMessage }, taskId) => {
      if (!["connected", "openclaw_ready"].includes(fact)) this.#hold(taskId);
      this.reports.push({ taskId, fact, detail, firstMessage });
      this.onReport(fact);
      return { done: true };
    },
    uploadState: ({ seq, bytes }, taskId) => {
      this.#hold(taskId);
      if (seq !== (this.saved?.seq ?? 0) + 1) throw new AppError("task.state_lost_race");
      const url = `${OBJECTS}${seq}-${crypto.randomUUID()}`;
      this.stateUrl = url;
      return { url, headers: { "content-length": String(bytes) }, expiresAt: new Date().toISOString() };
    },
    commitState: ({ final, ...state }, taskId) => {
      this.#hold(taskId);
      if (this.saved?.seq !== state.seq || this.saved.hash !== state.hash) this.#commit(state);
      if (final) this.finals += 1;
      this.writers.push(taskId);
      return { done: true };
    },
    getState: (_, taskId) => {
      this.#hold(taskId);
      if (!this.saved || this.hidesState) return null;
      const { seq, bytes } = this.saved;
      return { seq, bytes, url: this.stateUrl, expiresAt: new Date().toISOString() };
    },
    appendJournal: ({ stateSeq, entries }, taskId) => {
      this.#hold(taskId);
      const follows = stateSeq === (this.saved?.seq ?? 0) && entries[0]?.seq === this.journal.length + 1;
      if (!follows) throw new AppError("journal.gap");
      this.journal.push(...entries);
      this.writers.push(taskId);
      return { done: true };
    },
    readJournal: ({ stateSeq, after }, taskId) => {
      this.#hold(taskId);
      const entries = stateSeq === (this.saved?.seq ?? 0) ? this.journal.filter(({ seq }) => seq > after) : [];
      return { entries: entries.slice(0, 3), more: entries.length > 3 };
    },
    readQueue: (_, taskId) => {
      this.#hold(taskId);
      return { frames: this.queue.slice(0, 2), more: this.queue.length > 2 };
    },
    ackQueue: ({ ids }, taskId) => {
      this.#hold(taskId);
      this.queue = this.queue.filter(({ id }) => !ids.includes(id));
      return { done: true };
    },
    postUse: (use) => this.uses.post(use),
    getUse: ({ useId }) => this.uses.get(useId),
    readUses: (from) => this.uses.read(from),
    answerUse: (answer) => this.uses.answer(answer),
  };

  #commit(state: Omit<SavedState, "savedAt">): void {
    const bytes = this.objects.get(this.stateUrl);
    const hash = createHash("sha256")
      .update(bytes ?? "")
      .digest("base64url");
    if (state.seq !== (this.saved?.seq ?? 0) + 1) throw new AppError("task.state_lost_race");
    if (bytes?.length !== state.bytes || hash !== state.hash) throw new Error("The uploaded state is another.");
    this.saved = { ...state, savedAt: new Date().toISOString() };
    this.journal = [];
  }
}

/** "/v1/x/{id}" as what it matches. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);

function problem({ code, status, message }: AppError): Response {
  const body = { type: "about:blank", title: message, status, code, fix: "", request_id: "r" };
  return Response.json(body, { status });
}
