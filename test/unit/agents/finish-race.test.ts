import { expect, it } from "vitest";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { changeAgent } from "#lambdas/agents/rows/agent.repository.ts";
import { finishStop } from "#lambdas/agents/steps/end.ts";
import type { StepCtx } from "#lambdas/agents/steps/step.ts";
import { AgentsWorld } from "#test/support/agents.ts";

it("an agent that is woken in the moment in which its stop ends goes on to its next start", async () => {
  const world = new AgentsWorld();
  const owner = await world.owner("acme");
  const { agentId } = await world.deploy(owner);
  await owner.table.write(changeAgent(await world.row(owner, agentId), { state: "running", unlocked: true }));
  await stop(owner, { agentId });
  const { generation, size } = await world.row(owner, agentId);
  const { tenantId, userId } = owner.actor;
  const about = { assignment: { tenantId, agentId, userId, generation }, size, attempt: 1 };
  const done = await finishStop(
    wokenBeforeTheFirstWrite(world, () => wake(owner, { agentId })),
    about,
  );
  expect(done).toEqual({ again: true, generation: generation + 1 });
  expect(await world.row(owner, agentId)).toMatchObject({ state: "starting", generation: generation + 1 });
});

/** The step's own context, in which something happens between its read and its write. */
function wokenBeforeTheFirstWrite(world: AgentsWorld, meanwhile: () => Promise<unknown>): StepCtx {
  const ctx = world.jobCtx("lifecycle", world.steps);
  let isOver = false;
  return {
    ...ctx,
    enterTenant(tenantId) {
      const table = ctx.enterTenant(tenantId);
      const write: typeof table.write = async (...changes) => {
        if (!isOver) {
          isOver = true;
          await meanwhile();
        }
        return table.write(...changes);
      };
      return Object.assign(Object.create(table), { write });
    },
  };
}
