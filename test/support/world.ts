import { bounded } from "#platform/bounded.ts";
import type { HttpEvent } from "#platform/pipe/event.ts";
import type { Door } from "#platform/pipe/http.ts";
import type {
  Actor,
  Ctx,
  JobCtx,
  Member,
  Person,
  PersonCtx,
  PublicCtx,
  Request,
  TaskActor,
  TaskCtx,
} from "#platform/rules/context.ts";
import type { Data } from "#platform/tables/data.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { partitionOf, type TenantTable } from "#platform/tables/table.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Permission, Role } from "#shared/permissions.ts";
import { type EventOptions, httpEvent } from "./http-event.ts";
import { MemoryStore } from "./memory-store.ts";

export const ORIGIN = "https://ocmt.example";

/** A small world to test in: both tables, a clock you can turn, and people from any tenant. */
export class World {
  clock = new Date("2030-01-01T00:00:00Z");
  readonly store = new MemoryStore();
  readonly now = (): Date => this.clock;
  readonly #tokens = new Map<string, Actor>();
  readonly cookies: string[] = [];

  readonly directory: Directory = {
    at: (pk) => this.store.reader(pk, this.now),
    write: (...changes) => this.store.write(undefined, changes),
    update: async (change) => {
      await this.store.write(undefined, [change]);
      return (await this.store.reader(change.pk, this.now).get(change.sk)) ?? {};
    },
  };

  readonly table: (tenantId: Id<"tenant">) => TenantTable = bounded(1000, (tenantId: Id<"tenant">) => {
    const pk = partitionOf(tenantId);
    const reader = this.store.reader(pk, this.now);
    return {
      ...reader,
      write: (...changes) => this.store.write(pk, changes),
      update: async (change) => {
        await this.store.write(pk, [change]);
        return (await reader.get(change.sk)) ?? {};
      },
    } satisfies TenantTable;
  });

  readonly data: Data = { now: this.now, directory: this.directory, enterTenant: this.table };

  /** A person of a tenant, or of none yet (`tenantId: null`). */
  person(role: Role, tenantId: Id<"tenant"> = newId("tenant", this.clock)) {
    const userId = newId("user", this.clock);
    const sessionId = newId("session", this.clock);
    return this.#known({ kind: "user", userId, sessionId, ...this.#fresh, tenantId, role } as const satisfies Member);
  }

  /** Whoever comes to this world has just signed in. */
  get #fresh() {
    return { authTime: Math.floor(this.clock.getTime() / 1000) };
  }

  newcomer() {
    const actor = { userId: newId("user", this.clock), sessionId: newId("session", this.clock) };
    return this.#known({
      kind: "user",
      ...actor,
      ...this.#fresh,
      tenantId: null,
      role: null,
    } as const satisfies Person);
  }

  program(of: Member, permissions: readonly Permission[]) {
    const { userId, tenantId, role } = of;
    const keyId = newId("apiKey", this.clock);
    return this.#known({ kind: "key", userId, keyId, tenantId, role, permissions } as const satisfies Member);
  }

  task(assignment: TaskActor["assignment"] = null) {
    return this.#known({ kind: "task", taskId: newId("task", this.clock), assignment } as const satisfies TaskActor);
  }

  ctx<P extends object = object>(actor: Member, ports: P = {} as P): Ctx & P {
    return { ...ports, ...this.data, actor, table: this.table(actor.tenantId), request: this.request() };
  }
  personCtx<P extends object = object>(actor: Person, ports: P = {} as P): PersonCtx & P {
    return { ...ports, ...this.data, actor, request: this.request() };
  }
  publicCtx<P extends object = object>(ports: P = {} as P, request: Partial<Request> = {}): PublicCtx & P {
    return { ...ports, ...this.data, actor: { kind: "anyone" }, request: this.request(request) };
  }
  taskCtx<P extends object = object>(actor: TaskActor, ports: P = {} as P): TaskCtx & P {
    return { ...ports, ...this.data, actor, request: this.request() };
  }
  jobCtx<P extends object = object>(job: string, ports: P = {} as P): JobCtx & P {
    return { ...ports, ...this.data, actor: { kind: "system", job } };
  }

  /** What a function is told of its request; cookies it sets are kept in `cookies`. */
  request(more: Partial<Request> = {}): Request {
    const setCookie = (cookie: string): void => void this.cookies.push(cookie);
    return {
      id: "test",
      ip: "192.0.2.1",
      userAgent: "Firefox on Linux",
      place: "unknown",
      cookies: {},
      setCookie,
      ...more,
    };
  }

  /** The events in the audit log, of all tenants and people, in the order they were written. */
  auditEvents(): unknown[] {
    return [...this.store.rows.values()]
      .filter((row) => String(row["sk"]).startsWith("AUDIT#"))
      .map((row) => row["event"]);
  }

  turn(milliseconds: number): void {
    this.clock = new Date(this.clock.getTime() + milliseconds);
  }

  door<P extends object = object>(ports: P = {} as P): Door<P> {
    return {
      ...this.data,
      ports,
      origin: ORIGIN,
      identify: (event: HttpEvent, route) => {
        if (route.access === "public") return { kind: "anyone" };
        const actor = this.#tokens.get(event.headers["authorization"]?.replace("Bearer ", "") ?? "");
        if (!actor) throw new AppError("auth.required");
        return actor;
      },
    };
  }

  event(routeKey: string, options: EventOptions = {}): HttpEvent {
    return httpEvent(routeKey, options);
  }

  /** A token for someone who is in this world already. */
  admit(actor: Actor): string {
    return this.#known(actor).token;
  }

  #known<A extends Actor>(actor: A): A & { token: string } {
    const token = `token-${this.#tokens.size}`;
    this.#tokens.set(token, actor);
    return { ...actor, token };
  }
}
