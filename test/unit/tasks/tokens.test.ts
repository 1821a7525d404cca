import { beforeEach, describe, expect, it } from "vitest";
import { onTaskStopped, TaskStopped } from "#lambdas/agents/jobs/task-stopped.ts";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { createAgent } from "#lambdas/agents/owner/agents.ts";
import { findTask, insertTask } from "#lambdas/agents/rows/task.repository.ts";
import { exchange, makeRelayTicket, renew } from "#lambdas/tasks/tokens.ts";
import { makeSecret } from "#platform/tokens/secret.ts";
import { newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

describe("a task's tokens", () => {
  let world: AgentsWorld;
  let owner: AgentsCtx;
  beforeEach(async () => {
    world = new AgentsWorld();
    owner = await world.owner("acme");
  });

  async function planned() {
    const task = {
      id: newId("task", world.now()),
      size: "small",
      assignment: null,
      definition: "arn:small:1",
    } as const;
    const ticket = makeSecret();
    await world.directory.write(...insertTask(task, ticket, world.now()));
    return { taskId: task.id, ticket };
  }
  const trade = (ticket: string, bootSignPub = "AAAA") =>
    exchange(world.publicCtx(world.taskPorts), { ticket, bootSignPub, bootKemPub: "BBBB" });
  const refused = { code: "task.ticket_invalid" };

  it("are not renewed once ECS has said that the task ended", async () => {
    const { taskId } = await world.deploy(owner);
    const task = await world.asTask(taskId);
    expect(await renew(task)).toMatchObject({ assignment: { generation: 1 } });
    const event = TaskStopped.parse({ detail: { startedBy: taskId, stopCode: "UserInitiated" } });
    await onTaskStopped(world.jobCtx("task-stopped", world.lifecycle), event);
    await expect(renew(task)).rejects.toMatchObject({ code: "task.replaced" });
  });

  it("are not renewed for a task that its agent has left for another", async () => {
    const coming = await world.comingTask();
    await createAgent(owner, { name: "Ada" });
    const [execution] = world.executions;
    if (!execution) throw new Error("nothing was started");
    await world.step(execution, "find");
    await world.step(execution, "find"); // it was waited for in vain
    await world.runTask(coming.id, coming.ticket);
    await expect(renew(await world.asTask(coming.id))).rejects.toMatchObject({ code: "task.replaced" });
  });

  it("are given for the launch ticket, together with the boot keys", async () => {
    const { taskId, ticket } = await planned();
    const traded = await trade(ticket);
    expect(traded).toMatchObject({ taskId, assignment: null });
    const claims = await world.tokens.verify(traded.token, world.now());
    expect(claims).toMatchObject({ typ: "task", sub: taskId });
    expect(claims).not.toHaveProperty("tid");
    expect(await findTask(world.directory, taskId)).toMatchObject({ bootSignPub: "AAAA", bootKemPub: "BBBB" });
  });

  it("F04 are given once: of many that hold the ticket one is served, and only its keys count", async () => {
    const { taskId, ticket } = await planned();
    const tries = await Promise.allSettled(["AAAA", "CCCC", "DDDD", "EEEE"].map((key) => trade(ticket, key)));
    const served = tries.filter(({ status }) => status === "fulfilled");
    expect(served).toHaveLength(1);
    for (const one of tries) if (one.status === "rejected") expect(one.reason).toMatchObject(refused);
    const key = ["AAAA", "CCCC", "DDDD", "EEEE"][tries.findIndex(({ status }) => status === "fulfilled")];
    expect(await findTask(world.directory, taskId)).toMatchObject({ bootSignPub: key });
    await expect(trade(ticket, "late")).rejects.toMatchObject(refused);
    expect(await findTask(world.directory, taskId)).toMatchObject({ bootSignPub: key });
  });

  it("are refused for a ticket that is ten minutes old, and for one that never was", async () => {
    const { ticket } = await planned();
    await expect(trade(makeSecret())).rejects.toMatchObject(refused);
    world.turn(600_000);
    await expect(trade(ticket)).rejects.toMatchObject(refused);
  });

  it("name the agent as soon as the task is one's, and not before", async () => {
    const taskId = await world.warmTask();
    expect(await renew(await world.asTask(taskId))).toMatchObject({ assignment: null });
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    await world.finishStart();
    const { token, assignment } = await renew(await world.asTask(taskId));
    const { tenantId, userId } = owner.actor;
    expect(assignment).toEqual({ tenantId, agentId, userId, generation: 1 });
    const claims = await world.tokens.verify(token, world.now());
    expect(claims).toMatchObject({ tid: tenantId, agent: agentId, user: userId, generation: 1 });
  });

  it("are renewed for no task that is not known", async () => {
    const stranger = world.taskCtx(world.task(), world.taskPorts);
    await expect(renew(stranger)).rejects.toMatchObject({ code: "task.not_found" });
  });

  it("open the relay by a ticket that names the task alone", async () => {
    const { taskId, agentId } = await world.deploy(owner);
    const { ticket, expiresAt } = await makeRelayTicket(await world.asTask(taskId));
    expect(Date.parse(expiresAt) - world.now().getTime()).toBe(30_000);
    const row = [...world.store.rows.values()].find(({ sk, side }) => sk === "TICKET" && side === "task");
    expect(row).toMatchObject({ taskId });
    expect(JSON.stringify(row)).not.toContain(agentId);
    expect(JSON.stringify([...world.store.rows])).not.toContain(ticket);
  });
});
