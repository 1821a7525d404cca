import { createSign, generateKeyPairSync } from "node:crypto";
import { type AgentsCtx, createAgent } from "#lambdas/agents/owner/agents.ts";
import { findAgent } from "#lambdas/agents/rows/agent.repository.ts";
import { putDevice, putEnd } from "#lambdas/agents/rows/connection.repository.ts";
import {
  changeTask,
  expectTask,
  findTask,
  findTicket,
  insertTask,
  offerTask,
  useTicket,
} from "#lambdas/agents/rows/task.repository.ts";
import type { StepCtx, StepPorts } from "#lambdas/agents/steps/step.ts";
import { StepInput, takeStep } from "#lambdas/agents/steps/take-step.ts";
import type { TaskActor, TaskCtx } from "#platform/rules/context.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { DueList, DueRow } from "#platform/tables/due.ts";
import { makeSecret } from "#platform/tokens/secret.ts";
import { makeTokens } from "#platform/tokens/token.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { rawSignatureOf } from "#shared/crypto/agents/launch.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Id, idOf, newId } from "#shared/ids.ts";
import type { AgentSize } from "#shared/quotas.ts";
import { memoryTokenKey } from "./identity.ts";
import { TenantsWorld } from "./tenants.ts";
import { ORIGIN } from "./world.ts";

interface Execution {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** The world around agents: what the state machine, the relay, S3 and the launch key would do, remembered. */
export class AgentsWorld extends TenantsWorld {
  readonly executions: Execution[] = [];
  /** Step Functions cannot be reached. */
  machinesFail = false;
  readonly proceeded: string[] = [];
  readonly posted: { readonly to: string; readonly control: Record<string, unknown> }[] = [];
  readonly gone = new Set<string>(); // sockets that are closed
  readonly removed: string[] = [];
  readonly launchKey = generateKeyPairSync("ec", { namedCurve: "P-256" });

  readonly lifecycle = {
    machines: {
      start: async (name: string, input: object) => {
        if (this.machinesFail) throw new Error("no answer from the state machine");
        if (!this.executions.some((execution) => execution.name === name))
          this.executions.push({ name, input: { ...input } });
      },
      proceed: async (token: string) => {
        this.proceeded.push(token);
        return true;
      },
    },
    connections: {
      post: async (to: string, text: string) => {
        if (this.gone.has(to)) return false;
        this.posted.push({ to, control: JSON.parse(text) as Record<string, unknown> }); // ours
        return true;
      },
      cut: async (to: string) => void this.gone.add(to),
    },
  };

  /** What the sparse index over all tenants would list. */
  readonly due: DueList = {
    list: (what, shard, until) => this.#listDue(`${what}#${shard}`, until.toISOString()),
  };

  async *#listDue(dueShard: string, until: string): AsyncIterable<DueRow> {
    for (const { pk, sk, dueAt, ...row } of this.store.rows.values()) {
      if (row["dueShard"] !== dueShard || String(dueAt) > until) continue;
      const tenantId = idOf("tenant").parse(String(pk).replace("TENANT#", ""));
      yield { tenantId, sk: String(sk), dueAt: String(dueAt) };
    }
  }

  /** Addresses that say what they would open. */
  readonly objects: Objects = {
    presignPut: async (tenantId, name, bytes) => ({
      url: `put:${tenantId}/${name}`,
      headers: { "content-length": String(bytes) },
    }),
    presignGet: async (tenantId, name) => `get:${tenantId}/${name}`,
    remove: async (_tenantId, names) => void this.removed.push(...names),
  };
  readonly tokens = makeTokens(memoryTokenKey(), ORIGIN);
  readonly taskPorts = { ...this.lifecycle, objects: this.objects, tokens: this.tokens };

  readonly steps: StepPorts = {
    ...this.lifecycle,
    objects: this.objects,
    launchSigner: {
      sign: async (message) => rawSignatureOf(createSign("sha256").update(message).sign(this.launchKey.privateKey)),
      publicKey: async () => this.launchKey.publicKey.export({ type: "spki", format: "der" }),
    },
    image: {
      digest: new Uint8Array(32).fill(7),
      definitions: { small: "arn:small:1", medium: "arn:medium:1", large: "arn:large:1" },
    },
  };
  readonly definitionOf = (size: AgentSize): string => this.steps.image.definitions[size];

  /** Another image from now on: each size has a definition of its own for it. */
  release(image: number): void {
    const definitions = { small: `arn:small:${image}`, medium: `arn:medium:${image}`, large: `arn:large:${image}` };
    Object.assign(this.steps.image, { digest: new Uint8Array(32).fill(image), definitions });
  }

  /** An organisation with its owner, who may deploy agents. */
  async owner(slug: string): Promise<AgentsCtx> {
    const { owner } = await this.found(slug);
    return { ...owner, ...this.lifecycle };
  }

  /** One step of the machine, as the machine asks for it; what it answers joins the execution's input. */
  async step(execution: Execution, step: string, more: object = {}): Promise<Record<string, unknown>> {
    const input = StepInput.parse({ ...execution.input, ...more, step });
    const ctx: StepCtx = this.jobCtx("lifecycle", this.steps);
    return Object.assign(execution.input, more, await takeStep(ctx, input));
  }

  /** A task that runs and holds a socket: what ECS and the task itself do. */
  async runTask(taskId: Id<"task">, ticket: string, connectionId = `conn-${taskId}`): Promise<string> {
    if ((await findTicket(this.directory, ticket)) !== taskId) throw new Error("this ticket is not for this task");
    const boot = makeIdentity();
    await this.directory.write(
      useTicket(ticket),
      changeTask(taskId, {
        connectionId,
        taskArn: `arn:task/${taskId}`,
        bootSignPub: encodeBase64url(boot.sign.publicKey),
        bootKemPub: encodeBase64url(boot.kem.publicKey),
      }),
      putEnd(connectionId, { side: "task", taskId, assignment: null }, this.now()),
    );
    return connectionId;
  }

  /** A task in the pool. */
  async warmTask(size: "small" | "medium" | "large" = "small"): Promise<Id<"task">> {
    const id = await this.expectedTask(size);
    await this.directory.write(...offerTask({ id, size }, this.now()));
    return id;
  }

  /** One on its way there: its socket is open, its OpenClaw boots. */
  async expectedTask(size: "small" | "medium" | "large" = "small"): Promise<Id<"task">> {
    const { id, ticket } = await this.comingTask(size);
    await this.runTask(id, ticket);
    return id;
  }

  /** One that ECS was asked for, and nothing more. */
  async comingTask(
    size: "small" | "medium" | "large" = "small",
  ): Promise<{ readonly id: Id<"task">; readonly ticket: string }> {
    const task = { id: newId("task", this.now()), size, assignment: null, definition: this.definitionOf(size) };
    const ticket = makeSecret();
    await this.directory.write(...insertTask(task, ticket, this.now()), expectTask(task, this.now()));
    await this.directory.write(changeTask(task.id, { taskArn: `arn:task/${task.id}` }));
    return { id: task.id, ticket };
  }

  /** An agent whose task waits to be unlocked. */
  async deploy(
    owner: AgentsCtx,
    name = "Ada",
  ): Promise<{ readonly agentId: Id<"agent">; readonly taskId: Id<"task"> }> {
    const { id: agentId } = await createAgent(owner, { name });
    const taskId = await this.finishStart();
    return { agentId, taskId };
  }

  /** The last execution, from its beginning to a locked agent. */
  async finishStart(): Promise<Id<"task">> {
    const execution = this.executions.at(-1);
    if (!execution) throw new Error("no machine was started");
    const found = await this.step(execution, "find");
    const taskId = found["taskId"] as Id<"task">; // as the step answered
    if (found["found"] === "none") {
      await this.runTask(taskId, String(found["ticket"]));
      await this.step(execution, "await", { taskArn: `arn:task/${taskId}`, token: `token-${taskId}` });
    }
    await this.step(execution, "assign");
    return taskId;
  }

  /** A task as it calls the API, with the token that it would be given now. */
  async asTask(taskId: Id<"task">): Promise<TaskCtx & AgentsWorld["taskPorts"]> {
    const task = await findTask(this.directory, taskId);
    if (!task) throw new Error("there is no such task");
    const actor: TaskActor = { kind: "task", taskId, assignment: task.assignment };
    return this.taskCtx(actor, this.taskPorts);
  }

  async device(owner: AgentsCtx, agentId: Id<"agent">, connectionId = `device-${newId("device", this.now())}`) {
    const { tenantId, userId } = owner.actor;
    const deviceId = newId("device", this.now());
    const end = { side: "device", tenantId, agentId, userId, deviceId, sessionId: null, keyId: null } as const;
    await owner.table.write(putEnd(connectionId, end, this.now()), putDevice(connectionId, end, this.now()));
    return connectionId;
  }

  async row(owner: AgentsCtx, agentId: Id<"agent">) {
    const row = await findAgent(owner.table, agentId);
    if (!row) throw new Error("there is no such agent");
    return row;
  }

  controlsTo(connectionId: string): unknown[] {
    return this.posted.filter(({ to }) => to === connectionId).map(({ control }) => control["control"]);
  }
}
